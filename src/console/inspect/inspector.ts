/**
 * The WebSocket `/inspect`: shows the machines to whoever speaks the protocol of @xstate/inspect, and hands
 * events of viewers to them.
 *
 * Why not the server of that package: it checks no origin and no event, dies of malformed JSON, tells no
 * child's parent, and makes every event of every machine several times dearer while nobody watches.
 *
 * Invariants: machines are attached to only while a viewer watches; an event of a viewer goes to a machine
 * only if sendable-events.ts has it, its fields are right, and the machine takes it in its state.
 */
import { stringifyState } from '@xstate/inspect/lib/serialize.js';
import type { Subscription } from 'rxjs';
import type { AnyInterpreter, AnyState } from 'xstate';
import { z } from 'zod';
import type { Clock } from '../../io/clock.ts';
import type { Stamp } from '../../log/entry.ts';
import type { ServiceRegistry } from '../../log/service-registry.ts';
import { definitionText } from '../../log/watch/machine-definition.ts';
import type { ConsoleLimits } from '../limits.ts';
import { parseMessage } from '../web/parse-message.ts';
import type { Viewer } from '../web/viewer.ts';
import type { ViewerHandler } from '../web/viewer-socket.ts';
import { type InspectMessage, viewerEvent, viewerMessage } from './inspect-messages.ts';
import { type EventFields, SENDABLE_EVENTS } from './sendable-events.ts';

/** What the bridge needs. */
export interface InspectorPorts {
  readonly registry: ServiceRegistry;
  readonly clock: Pick<Clock, 'timeOfDay'>;
  readonly limits: Pick<ConsoleLimits, 'inspectedItemsMax' | 'inspectedTextMaxCharacters'>;
  /** The entry in the log of an event that was taken, or of an interpreter's last start or end. */
  stampOf(taken: object): Pick<Stamp, 'serial' | 'causedBy'> | undefined;
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
  /** What ends with the last of them. */
  #attached: Subscription | undefined;
  readonly #services = new Map<AnyInterpreter, { unsubscribe(): void }>();

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
    if (this.#watching.size === 0) this.#detach();
  }

  #watch(viewer: Viewer): void {
    // Who says it again has forgotten what it was told, and is told it once more.
    for (const service of this.#ports.registry.services) this.#tell([viewer], this.#registration(service));
    this.#watching.add(viewer);
    this.#attached ??= this.#attach();
  }

  #attach(): Subscription {
    const { registry } = this.#ports;
    for (const service of registry.services) this.#follow(service);
    const attached = registry.registered.subscribe((service) => {
      this.#tell(this.#watching, this.#registration(service));
      this.#follow(service);
    });
    attached.add(
      registry.stopped.subscribe((service) => {
        const { sessionId } = service;
        this.#tell(this.#watching, { type: 'service.stop', sessionId, ...this.#stamp(service) });
      }),
    );
    return attached;
  }

  #detach(): void {
    this.#attached?.unsubscribe();
    this.#attached = undefined;
    for (const following of this.#services.values()) following.unsubscribe();
    this.#services.clear();
  }

  #follow(service: AnyInterpreter): void {
    // The state that it is in now, which XState tells at once (nothing where it is just starting), is known.
    let isKnown = true;
    const following = service.subscribe({
      next: (state: AnyState) => {
        if (!isKnown) this.#moved(service, state);
      },
      complete: () => this.#services.delete(service),
    });
    isKnown = false;
    this.#services.set(service, following);
  }

  #moved({ sessionId }: AnyInterpreter, state: AnyState): void {
    const stamp = this.#stamp(state._event);
    const event = JSON.stringify(state._event, this.#shortened);
    this.#tell(this.#watching, { type: 'service.event', sessionId, event, ...stamp });
    this.#tell(this.#watching, { type: 'service.state', sessionId, state: this.#stateText(state), ...stamp });
  }

  #stamp(taken: object): Partial<Pick<Stamp, 'serial' | 'causedBy'>> {
    const stamp = this.#ports.stampOf(taken);
    return stamp ? { serial: stamp.serial, causedBy: stamp.causedBy } : {};
  }

  #registration(service: AnyInterpreter): Untimed<InspectMessage> {
    // Not `service.state`: one that is just starting has none yet.
    const state: AnyState = service.getSnapshot() ?? service.initialState;
    return {
      type: 'service.register',
      sessionId: service.sessionId,
      id: service.id,
      machine: definitionText(service.machine, this.#shortened),
      state: this.#stateText(state),
      ...(service.parent ? { parent: service.parent.sessionId } : {}),
      ...this.#stamp(service),
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
    const service = this.#ports.registry.get(sessionId);
    const refusal = service ? refusalOf(service, event) : 'this actor has ended';
    const reason = refusal ?? (service && this.#send(service, event));
    if (reason !== undefined)
      this.#tell([viewer], { type: 'service.refused', sessionId, event: event.type, reason });
  }

  #send(service: AnyInterpreter, event: { readonly type: string }): string | undefined {
    const { deliver } = this.#ports;
    if (deliver) return deliver(service, event);
    service.send(event);
    return undefined;
  }
}

/** Why an event from outside can't be sent to a machine; `undefined` if it can. */
export function refusalOf(service: AnyInterpreter, event: { readonly type: string }): string | undefined {
  const { machine } = service;
  const sendable = SCHEMAS.get(`${machine.id} ${event.type}`);
  if (!sendable) {
    return machine.events.includes(event.type)
      ? `${event.type} tells what only the machines' own actors can know`
      : `${machine.id} knows no ${event.type}`;
  }
  if (!sendable.schema.safeParse(event).success) return `${event.type} wants ${sendable.words}`;
  if (!service.getSnapshot().can(event)) return `${machine.id} does not react to it in its state`;
  return undefined;
}

interface Sendable {
  readonly schema: z.ZodType;
  /** Its fields, for whoever has got them wrong. */
  readonly words: string;
}

const FIELD = { string: z.string(), boolean: z.boolean() };

function sendable(type: string, fields: EventFields): Sendable {
  const entries = Object.entries(fields);
  const shape = Object.fromEntries(entries.map(([name, kind]) => [name, FIELD[kind]]));
  const words = entries.map(([name, kind]) => `${name} (${kind})`).join(' and ');
  return { schema: z.strictObject({ type: z.literal(type), ...shape }), words: words || 'no fields' };
}

/** By machine and type of event. */
const SCHEMAS: ReadonlyMap<string, Sendable> = new Map(
  Object.entries(SENDABLE_EVENTS).flatMap(([machine, events]) =>
    Object.entries(events).map(([type, fields]) => [`${machine} ${type}`, sendable(type, fields)] as const),
  ),
);
