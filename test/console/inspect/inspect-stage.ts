/** A console and a world of peers in memory whose machines it shows, and viewers of them. */
import type { ParsedReceiverEvent } from '@xstate/inspect/lib/types.js';
import { parseReceiverEvent } from '@xstate/inspect/lib/utils.js';
import { vi } from 'vitest';
import type { AnyState, AnyStateMachine } from 'xstate';
import type { InspectMessage } from '../../../src/console/inspect/inspect-messages.ts';
import { PeerWorld, type TestPeer } from '../../actors/tools/world.ts';
import { closeBehindTest } from '../../e2e/tools/teardown.ts';
import { Client, type Entered, enter, pageHeaders } from '../client.ts';
import { logRoom, openConsole } from '../stage.ts';

/** A message of the server on `/inspect`. */
export type Told = InspectMessage & { readonly [field: string]: unknown };
/** The message that tells of an actor. */
export type Registered = Extract<Told, { type: 'service.register' }>;

/** Limits of the console, small enough to be met. */
export const ITEMS_MAX = 20;
export const CHARACTERS_MAX = 1_000;
const QUEUE_MAX_BYTES = 4_194_304;
const SOCKETS_MAX = 3;
/** Far longer than any test. */
const NEVER_MS = 600_000;

/** See above. */
export interface InspectStage {
  readonly entered: Entered;
  readonly world: PeerWorld;
  /** Somebody who sees everything that is there now. */
  watch(): Promise<InspectViewer>;
}

/** Sets it up; it is closed behind the test. */
export async function setInspectStage(): Promise<InspectStage> {
  const room = logRoom();
  const web = await openConsole('/nowhere', {
    room,
    limits: {
      inspectedItemsMax: ITEMS_MAX,
      inspectedTextMaxCharacters: CHARACTERS_MAX,
      viewerQueueMaxBytes: QUEUE_MAX_BYTES,
      socketsMax: SOCKETS_MAX,
      pingMs: NEVER_MS,
    },
  });
  const entered = await enter(web.url);
  const world = new PeerWorld({ room: room.log });
  closeBehindTest(() => world.quitAll());
  // A machine that is read from JSON has its transient transitions in a form that XState warns of.
  const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {});
  closeBehindTest(() => warnings.mockRestore());
  const watch = async () => {
    const viewer = new InspectViewer(entered.port, '/inspect', pageHeaders(entered));
    await viewer.opened();
    viewer.say({ type: 'xstate.inspecting' });
    return viewer;
  };
  return { entered, world, watch };
}

/** Somebody who speaks the protocol of @xstate/inspect. */
export class InspectViewer extends Client<Told> {
  /** Everything that has ever been registered, by the actor's id; the latest where several had it. */
  get actors(): ReadonlyMap<string, Registered> {
    return new Map(
      this.of('service.register').map((registered) => [registered.id, registered as Registered]),
    );
  }

  actor(id: string): Promise<Registered> {
    return this.until(`the actor ${id}`, () => this.actors.get(id));
  }

  /** The state of an actor as it was told last. */
  state(sessionId: string): AnyState {
    const told = this.messages.filter(
      (message) =>
        (message.type === 'service.register' || message.type === 'service.state') &&
        message.sessionId === sessionId,
    );
    return JSON.parse((told.at(-1) as Registered).state);
  }

  /** Sends an event to an actor, and resolves with why it was refused; `undefined` where it was not. */
  async send(sessionId: string, data: { readonly type: string }): Promise<string | undefined> {
    const count = this.of('service.refused').length;
    this.say(external(sessionId, data));
    // Answered in order: this one is refused in any case.
    this.say(external('none', { type: 'MARK' }));
    await this.until('the answers', () => this.of('service.refused').at(-1)?.sessionId === 'none');
    const refusals = this.of('service.refused').slice(count);
    const reason = refusals.find((refusal) => refusal.sessionId === sessionId)?.reason;
    this.messages.splice(
      0,
      this.messages.length,
      ...this.messages.filter((message) => message.sessionId !== 'none'),
    );
    return reason;
  }
}

/** As createWebSocketReceiver's users send it. */
function external(sessionId: string, data: { readonly type: string }): object {
  const event = { name: data.type, type: 'external', $$type: 'scxml', data, origin: sessionId };
  return { type: 'xstate.event', event: JSON.stringify(event) };
}

/** What the inspector calls the root of a peer's actors. */
export function session({ peer }: TestPeer): string {
  return peer.sessionId;
}

/** As createWebSocketReceiver reads it. */
export function machineOf(message: Registered): AnyStateMachine {
  const { machine } = parseReceiverEvent(message) as Extract<
    ParsedReceiverEvent,
    { type: Registered['type'] }
  >;
  return machine;
}
