/**
 * A peer with `--json`: its notices as objects, the links that it has by what it has told, and what it has
 * shown.
 */
import { expect } from 'vitest';
import { faultsOf } from '../../terminal/lines/written-notices.ts';
import { freePort } from './ports.ts';
import { PeerProgram } from './program.ts';
import { ROOM } from './wire.ts';

/** A notice as far as the overlay's tests read it. */
export interface JsonNotice {
  readonly window: string;
  readonly type: string;
  readonly time: string;
  readonly user?: string;
  readonly content?: string;
  readonly own?: boolean;
  readonly member?: { readonly user: string };
  readonly links?: readonly { readonly direction: string; readonly member: { readonly user: string } }[];
}

/** One of several real peers that chat with one another. */
export class JsonPeer extends PeerProgram {
  readonly name: string;
  readonly #notices: JsonNotice[] = [];

  constructor(name: string, port: number, server: number) {
    const limits = { searchRetryMs: 200, stableLinkMs: 50, reconnectMinMs: 100 };
    super(port, { server, name, room: ROOM, words: ['--json'], limits });
    this.name = name;
  }

  /** Everything that it has told, in order. */
  get notices(): readonly JsonNotice[] {
    for (const line of this.lines.slice(this.#notices.length)) {
      const notice: JsonNotice = JSON.parse(line);
      // What a program writes is what its schema says, wherever a test reads it.
      expect(faultsOf(notice), line).toEqual([]);
      this.#notices.push(notice);
    }
    return this.#notices;
  }

  /** How often each content was shown in its Message window. */
  get shown(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { window, type, user, content } of this.notices) {
      if (window !== 'message' || type !== 'text') continue;
      const text = `${user}: ${content}`;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    return counts;
  }

  /** Whom it is linked to, forward or backward, by the notices so far. */
  get linked(): Set<string> {
    const links = new Map<string, number>();
    for (const { type, member } of this.notices) {
      if (!member) continue;
      const count = links.get(member.user) ?? 0;
      if (/^(forward|backward) linked$/.test(type)) links.set(member.user, count + 1);
      if (/^(forward lost|forward yielded|backward lost)$/.test(type)) links.set(member.user, count - 1);
    }
    return new Set([...links].filter(([, count]) => count > 0).map(([user]) => user));
  }

  /** Backward links, as /links has them. */
  async backwardLinks(): Promise<number> {
    const line = await this.ask('/links', (text) => text.includes('"type":"links"'));
    const { links = [] }: JsonNotice = JSON.parse(line);
    return links.filter(({ direction }) => direction === 'backward').length;
  }
}

/** Starts a peer that joins the tests' room, and waits until it has. */
export async function startJsonPeer(name: string, server: number, port?: number): Promise<JsonPeer> {
  const peer = new JsonPeer(name, port ?? (await freePort()), server);
  await peer.waitFor(/"type":"joined"/);
  return peer;
}
