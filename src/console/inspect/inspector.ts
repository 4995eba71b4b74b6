/**
 * The WebSocket `/inspect`: shows the machines to whoever speaks the protocol of @xstate/inspect, and hands
 * events of viewers to them.
 *
 * Why not the server of that package: it checks no origin and no event, dies of malformed JSON, tells no
 * child's parent, and makes every event of every machine several times dearer while nobody watches.
 *
 * Invariants: it follows no machine itself, and tells what the log's own follower does, in the order of the
 * log; nothing is made while no viewer watches.
 */
import { stringifyState } from '@xstate/inspect/lib/serialize.js';
import type { Observable, Subscription } from 'rxjs';
import type { AnyInterpreter, AnyState } from 'xstate';
import type { z } from 'zod';
import type { Clock } from '../../io/clock.ts';
import type { ServiceRegistry } from '../../log/service-registry.ts';
import { definitionText } from '../../log/watch/machine-definition.ts';
import type { MachineTold } from '../../log/watch/machine-watch.ts';
import type { ConsoleLimits } from '../limits.ts';
import { parseMessage } from '../web/parse-message.ts';
import type { Viewer } from '../web/viewer.ts';
import type { ViewerHandler } from '../web/viewer-socket.ts';
import { type InspectMessage, viewerEvent, viewerMessage } from './inspect-messages.ts';
import { sendEvent } from './send-event.ts';

/** What the bridge needs. */
export interface InspectorPorts {
  readonly registry: ServiceRegistry;
  readonly clock: Pick<Clock, 'timeOfDay'>;
  readonly limits: Pick<ConsoleLimits, 'inspectedItemsMax' | 'inspectedTextMaxCharacters'>;
  /** What happens to the machines of the log that is told now. */
  readonly machines: Observable<MachineTold>;
  /**
   * Sends an event of a viewer to a machine; without it the event is simply sent.
   * @returns why it was not sent; `undefined` where it was.
   */
  readonly deliver?: (service: AnyInterpreter, event: { readonly type: string }) => string | undefined;
}

type Untimed<Message> = Message extends unknown ? Omit<Message, 'atMs'> : never;

/** See above. */
export class Inspector implements ViewerHandler {
  readonly #ports: InspectorPorts;
  /** Those who have said `xstate.inspecting`. */
  readonly #watching = new Set<Viewer>();
  /** While there are any. */
  #following: Subscription | undefined;

  constructor(ports: InspectorPorts) {
    this.#ports = ports;
  }

  opened(): void {
    // Whoever wants to watch says so.
  }

  received(viewer: Viewer, text: string): void {
    const message = parseMessage(viewerMessage, text);
    if (message?.type === 'xstate.inspecting') {
      this.#watch(viewer);
      return;
    }
    const event = message && parseMessage(viewerEvent, message.event);
    if (!event) viewer.refuse('this is not the protocol of @xstate/inspect');
    else this.#deliver(viewer, event);
  }

  ended(viewer: Viewer): void {
    this.#watching.delete(viewer);
    if (this.#watching.size > 0) return;
    this.#following?.unsubscribe();
    this.#following = undefined;
  }

  #watch(viewer: Viewer): void {
    // Who says it again has forgotten what it was told, and is told it once more.
    for (const service of this.#ports.registry.services) this.#tell([viewer], this.#registration(service));
    this.#watching.add(viewer);
    this.#following ??= this.#ports.machines.subscribe((told) => this.#happened(told));
  }

  #happened({ service, entry, state }: MachineTold): void {
    const { sessionId } = service;
    const stamp = { serial: entry.serial, causedBy: entry.causedBy };
    const tell = (message: Untimed<InspectMessage>) => this.#tell(this.#watching, { ...message, ...stamp });
    if (entry.type === 'actor') {
      if (entry.what === 'stopped') tell({ type: 'service.stop', sessionId });
      else if (state) tell(this.#registration(service, state));
    } else if (state) {
      tell({ type: 'service.event', sessionId, event: JSON.stringify(state._event, this.#shortened) });
      tell({ type: 'service.state', sessionId, state: this.#stateText(state) });
    }
  }

  #registration(
    service: AnyInterpreter,
    // Not `service.state`: one that is just starting has none yet.
    state: AnyState = service.getSnapshot() ?? service.initialState,
  ): Untimed<InspectMessage> {
    return {
      type: 'service.register',
      sessionId: service.sessionId,
      id: service.id,
      machine: definitionText(service.machine, this.#shortened),
      state: this.#stateText(state),
      ...(service.parent ? { parent: service.parent.sessionId } : {}),
    };
  }

  #stateText(state: AnyState): string {
    return stringifyState(state, this.#shortened);
  }

  /** Long lists and texts are in many events and contexts, each time whole: a viewer gets their beginning. */
  readonly #shortened = (_key: string, value: unknown): unknown => {
    const { inspectedItemsMax, inspectedTextMaxCharacters } = this.#ports.limits;
    if (typeof value === 'string' && value.length > inspectedTextMaxCharacters) {
      return `${value.slice(0, inspectedTextMaxCharacters - 1)}…`;
    }
    if (!Array.isArray(value) || value.length <= inspectedItemsMax) return value;
    return [...value.slice(0, inspectedItemsMax), `… ${value.length - inspectedItemsMax} more`];
  };

  #tell(viewers: Iterable<Viewer>, message: Untimed<InspectMessage>): void {
    const text = JSON.stringify({ ...message, atMs: this.#ports.clock.timeOfDay() });
    for (const viewer of viewers) viewer.send(text);
  }

  #deliver(viewer: Viewer, { origin: sessionId, data: event }: z.infer<typeof viewerEvent>): void {
    const { registry, deliver } = this.#ports;
    const reason = sendEvent(registry.get(sessionId), event, deliver);
    if (reason !== undefined)
      this.#tell([viewer], { type: 'service.refused', sessionId, event: event.type, reason });
  }
}
