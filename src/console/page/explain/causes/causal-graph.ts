/**
 * What caused what, over everything that the page knows of all parties: lines, frames, drops, changes of
 * links and members, and what else has happened. Pure.
 *
 * Invariants: a cause has a smaller serial than its effect, so no chain is endless; each step of a chain is
 * the cause of the one before it.
 */
import type { ConsoleFrame, ConsoleHappening, ConsoleStamp } from '../../../feed/messages.ts';
import type { PastStatus, PeerViews } from '../../state/peer-view.ts';

/** Something that has happened, as a line of a chain. */
export interface Happened extends ConsoleStamp {
  readonly kind: 'line' | 'frame' | 'drop' | 'change' | ConsoleHappening['kind'];
  /** A short sentence; foreign text in it is raw. */
  readonly words: string;
}

/** What the page knows. */
interface Known {
  readonly views: PeerViews;
  readonly happenings: readonly ConsoleHappening[];
}

/** See above. */
export class CausalGraph {
  readonly #all = new Map<number, Happened>();
  readonly #effects = new Map<number, Happened[]>();

  constructor({ views, happenings }: Known) {
    for (const [peer, { notices, frames, drops, past }] of Object.entries(views)) {
      for (const notice of notices) {
        const { speaker, text } = notice;
        this.#add(notice, 'line', speaker === null ? text : `${speaker}: ${text}`);
      }
      for (const frame of frames) this.#add(frame, 'frame', frameWords(frame));
      for (const drop of drops) this.#add(drop, 'drop', `dropped (${drop.kind}): ${drop.what}`);
      for (const change of past) this.#add({ ...change, peer }, 'change', changeWords(change));
    }
    for (const happening of happenings) this.#add(happening, happening.kind, happening.words);
    const inOrder = [...this.#all.values()].sort((one, other) => one.serial - other.serial);
    for (const each of inOrder) this.#link(each);
  }

  /** What has this serial; `undefined` where it is not known (any more). */
  get(serial: number): Happened | undefined {
    return this.#all.get(serial);
  }

  /** It, its cause, the cause of that, and so on, as far as is known. */
  chain(serial: number): readonly Happened[] {
    const chain: Happened[] = [];
    for (
      let at = this.#all.get(serial);
      at;
      at = at.causedBy === null ? undefined : this.#all.get(at.causedBy)
    )
      chain.push(at);
    return chain;
  }

  /** What it has caused at once, in order. */
  effects(serial: number): readonly Happened[] {
    return this.#effects.get(serial) ?? [];
  }

  #add({ serial, causedBy, atMs, peer }: ConsoleStamp, kind: Happened['kind'], words: string): void {
    this.#all.set(serial, { serial, causedBy, atMs, peer, kind, words });
  }

  #link(each: Happened): void {
    if (each.causedBy === null) return;
    const effects = this.#effects.get(each.causedBy);
    if (effects) effects.push(each);
    else this.#effects.set(each.causedBy, [each]);
  }
}

function frameWords({ kind, direction, party, via, message }: ConsoleFrame): string {
  const who =
    party.kind === 'member' ? party.user : party.kind === 'address' ? party.address : 'the room server';
  const number = message === null ? '' : ` #${message.msgId}`;
  return direction === 'in'
    ? `${kind}${number} comes from ${who} (${via})`
    : `${kind}${number} goes to ${who} (${via})`;
}

function changeWords({ status, members }: PastStatus): string {
  if (status === null) return `${members?.length ?? 0} members are listed`;
  const { length: links } = status.links;
  return `the peer is ${status.state} with ${links} ${links === 1 ? 'link' : 'links'}`;
}
