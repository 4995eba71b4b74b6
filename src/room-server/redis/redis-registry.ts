import { encode } from '../../protocol/encode.ts';
import type { DepartFrame, JoinFrame } from '../../protocol/frames.ts';
import { memberEntry } from '../registry/members-frame.ts';
import type {
  ConnectionId,
  DepartOutcome,
  Expiry,
  JoinOutcome,
  Registry,
  RegistrySize,
  StoreAway,
} from '../registry/registry.ts';
import { hidOf } from '../request-reader.ts';
import { type Owned, Ownership } from './ownership.ts';
import { Questions } from './questions.ts';
import { RoomLists } from './room-lists.ts';
import { ROOMS_KEY, roomKey, SERVERS_KEY } from './scripts/scripts.ts';
import type { RedisRegistryOptions } from './store.ts';
import { StoreMonitor } from './store-monitor.ts';

type GroupsReply = readonly [version: number, mark: string, rooms?: readonly string[]];

/** The rooms in one state of their list. */
interface KnownRooms {
  readonly version: number;
  readonly mark: string;
  readonly frame: Buffer;
}

/** The token of a room's entry, or why there is none. */
type Opened = { readonly token: string } | 'too many rooms' | undefined;

const STORE_AWAY: StoreAway = { kind: 'store away' };
/** A member that is removed again and again while it is being added has asked for nothing better. */
const JOIN_ATTEMPTS_MAX = 3;

/** Keeps rooms and members in a store that several servers share. */
export class RedisRegistry implements Registry {
  readonly #options: RedisRegistryOptions;
  readonly #questions: Questions;
  readonly #lists: RoomLists;
  readonly #ownership = new Ownership();
  readonly #monitor: StoreMonitor;
  #rooms: KnownRooms | undefined;
  /** Rooms that are being entered into the list of rooms: many may want to make the same one. */
  readonly #opening = new Map<string, Promise<Opened>>();
  /** Connections that have closed while the store was away. */
  readonly #unremoved = new Map<ConnectionId, Owned>();
  /** The connection to the store over which this server has said that it is there. */
  #presentEpoch = -1;

  constructor(options: RedisRegistryOptions) {
    this.#options = options;
    this.#questions = new Questions(options);
    this.#lists = new RoomLists(this.#questions);
    this.#monitor = new StoreMonitor(options, this.#questions, this.#ownership);
  }

  async groups(): Promise<Buffer | StoreAway> {
    const known = this.#rooms;
    const words = [String(known?.version ?? -1), known?.mark ?? ''];
    const reply = await this.#questions.ask<GroupsReply>('groups', ROOMS_KEY, words);
    if (!reply) return STORE_AWAY;
    const [version, mark, list] = reply;
    if (!list) return known?.frame ?? STORE_AWAY;
    const frame = encode({ kind: 'GROUPS', rooms: newestFirst(list) });
    this.#rooms = { version, mark, frame };
    return frame;
  }

  async join(connection: ConnectionId, frame: JoinFrame, _nowMs = 0, address = ''): Promise<JoinOutcome> {
    const owned = this.#ownership.get(connection);
    if (owned && owned.room !== frame.room) {
      const isOwner = await this.#stillOwns(connection, owned);
      if (isOwner === undefined) return STORE_AWAY;
      if (isOwner) return { kind: 'other room' };
    }
    if (!(await this.#isPresent())) return STORE_AWAY;
    const hid = hidOf(frame);
    const isNew = this.#ownership.claim(connection, frame.room, hid, address);
    const outcome = await this.#joinRoom(connection, frame, hid, address);
    // What is not known to have been done is looked at again when the connection closes.
    if (isNew && outcome.kind !== 'added' && outcome.kind !== 'store away' && !outcome.isOwner)
      this.#ownership.disclaim(connection, hid);
    if ('members' in outcome) return { kind: outcome.kind, members: outcome.members };
    return { kind: outcome.kind };
  }

  async #joinRoom(connection: ConnectionId, frame: JoinFrame, hid: string, address: string) {
    const { server, limits } = this.#options;
    const { room, user } = frame;
    const entry = memberEntry(frame);
    let token = '';
    for (let attempt = 0; attempt < JOIN_ATTEMPTS_MAX; attempt += 1) {
      const words = [server, connection, hid, user, entry];
      const more = [token, String(limits.roomMembersMax), String(limits.storeClockGapMs)];
      const reply = await this.#lists.join(room, words, more);
      if (!reply) break;
      if (reply.kind === 'no room') {
        const opened = await this.#open(room, address);
        if (opened === undefined) break;
        if (opened === 'too many rooms') return { kind: opened, isOwner: false };
        ({ token } = opened);
        continue;
      }
      if (reply.kind === 'conflict' || reply.kind === 'room full')
        return { kind: reply.kind, isOwner: false };
      const isOwner = reply.owner === '' || (await this.#adopt(room, connection, hid, reply.owner));
      const members = await this.#lists.frame(room, reply, reply.kind === 'added' ? entry : undefined);
      if (members) return { kind: reply.kind, members, isOwner };
    }
    return { kind: 'store away' as const, isOwner: false };
  }

  /** Enters a room into the list; who comes while that is under way has a share in it. */
  #open(room: string, address: string): Promise<Opened> {
    const opening = this.#opening.get(room) ?? this.#enter(room, address);
    this.#opening.set(room, opening);
    return opening;
  }

  async #enter(room: string, address: string): Promise<Opened> {
    const { roomsMax, roomsPerFreeRoomMax } = this.#options.limits;
    const token = this.#questions.mark();
    const words = [room, address, token, String(roomsMax), String(roomsPerFreeRoomMax)];
    const outcome = await this.#questions.ask<'open' | 'too many rooms'>('open', ROOMS_KEY, words);
    this.#opening.delete(room);
    return outcome === 'open' ? { token } : outcome;
  }

  /** Takes a member over whose server is gone: else nobody could remove it. */
  async #adopt(room: string, connection: ConnectionId, hid: string, owner: string): Promise<boolean> {
    const { server } = this.#options;
    const [ownerServer = '', ownerConnection = ''] = owner.split(' ');
    if (ownerServer === server) return false;
    if ((await this.#questions.ask<number>('isGone', SERVERS_KEY, this.#serverWords(ownerServer))) !== 1)
      return false;
    const words = [server, connection, hid, ownerServer, ownerConnection];
    return (await this.#questions.ask<number>('adopt', roomKey(room), words)) === 1;
  }

  /** Sees to it that the store knows of this server before the first member of a connection to the store. */
  async #isPresent(): Promise<boolean> {
    const { server, store } = this.#options;
    const { epoch } = store;
    if (this.#presentEpoch === epoch) return true;
    const looked = await this.#questions.ask('look', SERVERS_KEY, this.#serverWords(server));
    if (looked === undefined) return false;
    this.#presentEpoch = epoch;
    return true;
  }

  #serverWords(server: string): string[] {
    const { storeClockGapMs, storeServerGoneMs } = this.#options.limits;
    return [server, String(storeClockGapMs), String(storeServerGoneMs)];
  }

  /** Whether the connection still owns one of its members; `undefined` where the store is away. */
  async #stillOwns(connection: ConnectionId, { room, hids }: Owned): Promise<boolean | undefined> {
    for (const batch of this.#batches(hids)) {
      const words = [this.#options.server, connection, ...batch];
      const owns = await this.#questions.ask<number>('owns', roomKey(room), words);
      if (owns === undefined) return undefined;
      if (owns === 1) return true;
    }
    this.#ownership.forget(connection);
    return false;
  }

  async depart(connection: ConnectionId, frame: DepartFrame): Promise<DepartOutcome> {
    const owned = this.#ownership.get(connection);
    if (!owned) return 'not in room';
    if (owned.room !== frame.room) {
      const isOwner = await this.#stillOwns(connection, owned);
      return isOwner === undefined ? STORE_AWAY.kind : isOwner ? 'wrong room' : 'not in room';
    }
    const hid = hidOf(frame);
    if (!owned.hids.has(hid)) return 'not in room';
    const words = [this.#options.server, connection, hid, frame.user, this.#questions.mark()];
    const outcome = await this.#questions.ask<DepartOutcome>('depart', roomKey(frame.room), words);
    if (outcome === 'departed') this.#ownership.disclaim(connection, hid);
    return outcome ?? STORE_AWAY.kind;
  }

  async removeConnection(connection: ConnectionId): Promise<void> {
    const owned = this.#ownership.forget(connection);
    if (!owned || (await this.#remove(connection, owned))) return;
    if (this.#unremoved.size < this.#options.limits.storeRemovalsMax) this.#unremoved.set(connection, owned);
  }

  async #remove(connection: ConnectionId, { room, hids }: Owned): Promise<boolean> {
    for (const batch of this.#batches(hids)) {
      const words = [this.#options.server, connection, this.#questions.mark(), ...batch];
      if ((await this.#questions.ask('remove', roomKey(room), words)) === undefined) return false;
    }
    return true;
  }

  #batches(hids: ReadonlySet<string>): string[][] {
    const { storeRemovalBatch } = this.#options.limits;
    const all = [...hids];
    const count = Math.ceil(all.length / storeRemovalBatch);
    return Array.from({ length: count }, (_, at) =>
      all.slice(at * storeRemovalBatch, (at + 1) * storeRemovalBatch),
    );
  }

  async expire(): Promise<Expiry> {
    this.#lists.age();
    const removals = [...this.#unremoved].map(async ([connection, owned]) => {
      if (await this.#remove(connection, owned)) this.#unremoved.delete(connection);
    });
    await Promise.all(removals);
    return this.#monitor.expire();
  }

  async size(): Promise<RegistrySize | StoreAway> {
    return (await this.#monitor.size()) ?? STORE_AWAY;
  }
}

/** From the position and the name of each room, in any order. */
function newestFirst(list: readonly string[]): string[] {
  const rooms = Array.from({ length: list.length / 2 }, (_, at) => ({
    position: Number(list[2 * at]),
    room: list[2 * at + 1] ?? '',
  }));
  return rooms.toSorted((one, other) => other.position - one.position).map(({ room }) => room);
}
