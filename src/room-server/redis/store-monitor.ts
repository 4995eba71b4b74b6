/**
 * What a server does at each wake of its monitor with a store that it shares: it visits every room, removes
 * who is silent, takes out rooms that have ended, and lets other servers know which of their connections have
 * lost their members.
 *
 * Invariants: a room's members are removed by one server, whichever comes first; a room that has members here
 * and is missing in the list of rooms, which may have been lost, is entered again; an entry without a room,
 * which may be about to be made, is taken out only when it was found like that at two wakes.
 */
import type { MemberAddress } from '../../protocol/frames.ts';
import type { ConnectionId, ExpiredMember, Expiry, RegistrySize } from '../registry/registry.ts';
import type { Ownership } from './ownership.ts';
import type { Questions } from './questions.ts';
import { ROOMS_KEY, roomKey, SERVERS_KEY, toldKey } from './scripts/scripts.ts';
import type { RedisRegistryOptions } from './store.ts';

type Visit =
  | readonly [kind: 'no room']
  | readonly [kind: 'visited' | 'emptied', token: string, stepMs: number, silent: readonly string[]];

/** What one wake has found so far. */
interface Found {
  readonly members: ExpiredMember[];
  readonly rooms: string[];
  /** Connections that have lost their members, by their servers. */
  readonly owners: Map<string, Set<ConnectionId>>;
  /** The longest step of the store's clock, in ms. */
  stepMs: number;
}

/** What is told again is kept for so many expiry times for a server that does not look. */
const TOLD_EXPIRIES = 10;

/** The monitor of one server. */
export class StoreMonitor {
  readonly #options: RedisRegistryOptions;
  readonly #questions: Questions;
  readonly #ownership: Ownership;
  /** Entries without a room that were found at the last wake, with their tokens. */
  #missing = new Map<string, string>();
  #counting: Promise<RegistrySize | undefined> | undefined;

  constructor(options: RedisRegistryOptions, questions: Questions, ownership: Ownership) {
    this.#options = options;
    this.#questions = questions;
    this.#ownership = ownership;
  }

  /** One wake. */
  async expire(): Promise<Expiry> {
    const { server, store, limits } = this.#options;
    const { storeClockGapMs, storeServerGoneMs, storeSettleMs } = limits;
    const found: Found = { members: [], rooms: [], owners: new Map(), stepMs: 0 };
    const isSettled = store.connectedMs >= storeSettleMs;
    const look = [server, String(storeClockGapMs), String(storeServerGoneMs)];
    const stepMs = await this.#questions.ask<number>('look', SERVERS_KEY, look);
    const index = stepMs === undefined ? undefined : await this.#index();
    if (!index) return { members: [], connections: [], rooms: [] };
    found.stepMs = stepMs ?? 0;
    await this.#visitAll(index, isSettled, found);
    if (isSettled && found.stepMs !== 0)
      this.#options.onEvent({ type: 'store clock stepped', stepMs: found.stepMs });
    const connections = found.owners.get(server) ?? new Set<ConnectionId>();
    await this.#tellOthers(found);
    const told = await this.#questions.ask<readonly string[]>('told', toldKey(server), []);
    for (const connection of told ?? []) connections.add(connection);
    return { members: found.members, connections: [...connections], rooms: found.rooms };
  }

  /** How much there is in the whole store, counted room by room; several who ask at once share one count. */
  size(): Promise<RegistrySize | undefined> {
    this.#counting ??= this.#count().finally(() => {
      this.#counting = undefined;
    });
    return this.#counting;
  }

  async #count(): Promise<RegistrySize | undefined> {
    const index = await this.#index();
    if (!index) return undefined;
    let members: number | undefined = 0;
    await this.#each([...index.keys()], async (room) => {
      const size = await this.#questions.ask<number>('size', roomKey(room), []);
      members = size === undefined || members === undefined ? undefined : members + size;
    });
    return members === undefined ? undefined : { rooms: index.size, members };
  }

  /** The entries of all rooms: token by room. */
  async #index(): Promise<Map<string, string> | undefined> {
    const list = await this.#questions.ask<readonly string[]>('index', ROOMS_KEY, []);
    if (!list) return undefined;
    const index = new Map<string, string>();
    for (let at = 0; at < list.length; at += 2) index.set(list[at] ?? '', list[at + 1] ?? '');
    return index;
  }

  async #visitAll(index: ReadonlyMap<string, string>, isSettled: boolean, found: Found): Promise<void> {
    const missing = new Map<string, string>();
    const own = this.#ownership.rooms();
    const rooms = new Set([...index.keys(), ...own.keys()]);
    await this.#each([...rooms], async (room) => {
      const visit = await this.#visit(room, isSettled);
      if (!visit) return;
      const entry = index.get(room);
      if (visit[0] === 'no room') {
        if (entry !== undefined) await this.#onMissing(room, entry, missing, found);
        return;
      }
      const [kind, token, stepMs, silent] = visit;
      if (Math.abs(stepMs) > Math.abs(found.stepMs)) found.stepMs = stepMs;
      for (const text of silent) this.#onSilent(room, text, found);
      if (kind === 'emptied') await this.#close(room, token, found);
      else if (entry === undefined) await this.#enter(room, own.get(room) ?? '', token);
    });
    this.#missing = missing;
  }

  #visit(room: string, isSettled: boolean): Promise<Visit | undefined> {
    const { memberExpiryMs, storeClockGapMs } = this.#options.limits;
    const words = [String(memberExpiryMs), isSettled ? '1' : '0', String(storeClockGapMs)];
    return this.#questions.ask<Visit>('expire', roomKey(room), [...words, this.#questions.mark()]);
  }

  async #onMissing(room: string, token: string, missing: Map<string, string>, found: Found): Promise<void> {
    if (this.#missing.get(room) === token) await this.#close(room, token, found);
    else missing.set(room, token);
  }

  async #close(room: string, token: string, found: Found): Promise<void> {
    const words = [room, token, this.#questions.mark()];
    if ((await this.#questions.ask<number>('close', ROOMS_KEY, words)) === 1) found.rooms.push(room);
  }

  async #enter(room: string, address: string, token: string): Promise<void> {
    const { roomsMax, roomsPerFreeRoomMax } = this.#options.limits;
    const words = [room, address, token, String(roomsMax), String(roomsPerFreeRoomMax)];
    await this.#questions.ask('open', ROOMS_KEY, words);
  }

  /** From `server connection user:ip:port:`; the connection of another server is named with it. */
  #onSilent(room: string, text: string, { members, owners }: Found): void {
    const [server = '', id = '', entry = ''] = text.split(' ');
    const [user = '', ip = '', port = ''] = entry.split(':');
    const member: MemberAddress = { user, ip, port: Number(port) };
    const connection = server === this.#options.server ? id : `${server}/${id}`;
    members.push({ connection, room, member });
    owners.set(server, (owners.get(server) ?? new Set()).add(id));
  }

  async #tellOthers({ owners }: Found): Promise<void> {
    const { server, limits } = this.#options;
    const ttl = String(TOLD_EXPIRIES * limits.memberExpiryMs);
    for (const [other, connections] of owners) {
      if (other === server) continue;
      const all = [...connections];
      for (let at = 0; at < all.length; at += limits.storeRemovalBatch) {
        const batch = all.slice(at, at + limits.storeRemovalBatch);
        await this.#questions.ask('tell', toldKey(other), [ttl, ...batch]);
      }
    }
  }

  /** Does something with each room, with so many at one time at most. */
  async #each(rooms: readonly string[], visit: (room: string) => Promise<void>): Promise<void> {
    let next = 0;
    const work = async () => {
      for (let at = next++; at < rooms.length; at = next++) await visit(rooms[at] ?? '');
    };
    await Promise.all(Array.from({ length: this.#options.limits.storeVisitsMax }, work));
  }
}
