/**
 * The registry of room servers that stand in for each other: rooms and members are in a store that all of
 * them share (scripts.ts says how), and each keeps only the M frames that it has learned. What it promises
 * stands in registry.ts.
 *
 * Invariants: nothing is told to a client but what the store has said; a frame learned over one connection to
 * the store is not used over the next, because a store that was restarted may have gone back to an older
 * state.
 */
import type { RoomServerLimits } from '../../limits.ts';
import { encode } from '../../protocol/encode.ts';
import type { DepartFrame, JoinFrame, MemberAddress } from '../../protocol/frames.ts';
import type { RoomServerEvent } from '../events.ts';
import { memberEntry } from '../members-frame.ts';
import type {
  ConnectionId,
  DepartOutcome,
  ExpiredMember,
  Expiry,
  JoinOutcome,
  Registry,
  RegistryLimits,
  RegistrySize,
  StoreAway,
} from '../registry.ts';
import { hidOf } from '../request-reader.ts';
import { type Added, type ListNews, RoomFrames } from './room-frames.ts';
import type { ScriptName } from './scripts.ts';
import { type Store, StoreAwayError } from './store.ts';

/** What a registry is made of. */
export interface RedisRegistryOptions {
  readonly store: Store;
  /** Names this server among all that share the store, and no other life of it; without white space. */
  readonly server: string;
  readonly limits: RegistryLimits &
    Pick<RoomServerLimits, 'storeSettleMs' | 'storeServerGoneMs' | 'storeRemovalsMax' | 'storeExpiryBatch'>;
  readonly onEvent: (event: RoomServerEvent) => void;
}

/**
 * Outcome and version of the room; then the version that the list goes on top of, and the list, oldest first.
 */
type Listed<Outcome> = readonly [Outcome, number, number?, (readonly string[])?];
type Refused = readonly ['other room' | 'conflict' | 'room full' | 'too many rooms'];
type JoinReply = Refused | Listed<'added' | 'refreshed'>;
type ListReply = Listed<'listed' | 'gone'>;
type GroupsReply = readonly [version: number, rooms?: readonly string[]];
type ExpireReply = readonly [
  more: number,
  members: readonly string[],
  connections: readonly string[],
  rooms: readonly string[],
];

/** What this server has learned over one connection to the store. */
interface Learned {
  readonly epoch: number;
  readonly frames: RoomFrames;
  groups: { readonly version: number; readonly frame: Buffer } | undefined;
}

const STORE_AWAY: StoreAway = { kind: 'store away' };
/** Instead of a known version: another question brings the list. */
const NO_LIST = -1;

/** Keeps rooms and members in a store that several servers share. */
export class RedisRegistry implements Registry {
  readonly #options: RedisRegistryOptions;
  #learned: Learned = { epoch: -1, frames: new RoomFrames(), groups: undefined };
  /** Connections that have closed while the store was away. */
  readonly #unremoved = new Set<ConnectionId>();

  constructor(options: RedisRegistryOptions) {
    this.#options = options;
  }

  async groups(): Promise<Buffer | StoreAway> {
    const learned = this.#current();
    const reply = await this.#ask<GroupsReply>('groups', [String(learned.groups?.version ?? -1)]);
    if (!reply) return STORE_AWAY;
    const [version, rooms] = reply;
    if (rooms) learned.groups = { version, frame: encode({ kind: 'GROUPS', rooms: [...rooms] }) };
    return learned.groups?.frame ?? this.groups();
  }

  async join(connection: ConnectionId, frame: JoinFrame): Promise<JoinOutcome> {
    const { frames } = this.#current();
    const { room, user } = frame;
    const { roomsMax, roomMembersMax, storeServerGoneMs } = this.#options.limits;
    const isUnderWay = frames.underWay(room) !== undefined;
    const asked = this.#ask<JoinReply>('join', [
      ...[room, this.#options.server, connection, hidOf(frame), user, memberEntry(frame)],
      ...[isUnderWay ? NO_LIST : frames.version(room), roomsMax, roomMembersMax, storeServerGoneMs].map(
        String,
      ),
    ]);
    const reply = await (isUnderWay ? asked : this.#learning(frames, room, asked));
    if (!reply) return STORE_AWAY;
    if (reply.length === 1) return { kind: reply[0] };
    const [kind, version] = reply;
    const members = await this.#frame(frames, room, version);
    return members ? { kind, members } : STORE_AWAY;
  }

  /** The frame of a room that is of this version or newer; `undefined` where it can't be had (any more). */
  async #frame(frames: RoomFrames, room: string, version: number): Promise<Buffer | undefined> {
    while (frames.version(room) < version) {
      const underWay = frames.underWay(room);
      if (underWay) {
        await underWay;
      } else {
        const asked = this.#ask<ListReply>('list', [room, String(frames.version(room))]);
        const reply = await this.#learning(frames, room, asked);
        if (!reply || reply[1] < version) return undefined;
      }
    }
    return frames.frame(room);
  }

  /** The answer to a question that brings the list of a room, once the list has been taken over. */
  #learning<Reply extends JoinReply | ListReply>(
    frames: RoomFrames,
    room: string,
    asked: Promise<Reply | undefined>,
  ): Promise<Reply | undefined> {
    const learned = asked.then((reply) => {
      if (reply && reply.length > 1) frames.learn(room, newsOf(reply as Listed<unknown>));
      return reply;
    });
    return frames.asking(room, learned);
  }

  async depart(connection: ConnectionId, frame: DepartFrame): Promise<DepartOutcome> {
    const { server } = this.#options;
    const words = [frame.room, server, connection, hidOf(frame), frame.user];
    return (await this.#ask<DepartOutcome>('depart', words)) ?? STORE_AWAY.kind;
  }

  async removeConnection(connection: ConnectionId): Promise<void> {
    const done = await this.#ask('removeConnection', [this.#options.server, connection]);
    if (done !== undefined) this.#unremoved.delete(connection);
    else if (this.#unremoved.size < this.#options.limits.storeRemovalsMax) this.#unremoved.add(connection);
  }

  async expire(): Promise<Expiry> {
    this.#learned.frames.age();
    await Promise.all([...this.#unremoved].map((connection) => this.removeConnection(connection)));
    const { server } = this.#options;
    const members: ExpiredMember[] = [];
    const connections = new Set<ConnectionId>();
    const rooms: string[] = [];
    for (let isMore = true; isMore; ) {
      const reply = await this.#ask<ExpireReply>('expire', this.#expireWords());
      if (!reply) break;
      isMore = reply[0] === 1;
      members.push(...reply[1].map((text) => expiredMember(text, server)));
      for (const connection of reply[2]) connections.add(connection);
      rooms.push(...reply[3]);
    }
    return { members, connections: [...connections], rooms };
  }

  async size(): Promise<RegistrySize | StoreAway> {
    const reply = await this.#ask<readonly [number, number]>('size', []);
    return reply ? { rooms: reply[0], members: reply[1] } : STORE_AWAY;
  }

  #expireWords(): string[] {
    const { server, store, limits } = this.#options;
    const mayExpire = store.connectedMs >= limits.storeSettleMs ? '1' : '0';
    return [server, String(limits.memberExpiryMs), String(limits.storeExpiryBatch), mayExpire];
  }

  #current(): Learned {
    const { epoch } = this.#options.store;
    if (this.#learned.epoch !== epoch) {
      this.#learned = { epoch, frames: new RoomFrames(), groups: undefined };
    }
    return this.#learned;
  }

  /**
   * What a function of the store returns; `undefined` where the store is away. That the answer is what the
   * function in scripts.ts returns is not looked at again.
   */
  async #ask<Reply>(script: ScriptName, words: readonly string[]): Promise<Reply | undefined> {
    try {
      return (await this.#options.store.run(script, words)) as Reply;
    } catch (error) {
      if (!(error instanceof StoreAwayError)) throw error;
      this.#options.onEvent({ type: 'store failed', reason: error.message });
      return undefined;
    }
  }
}

function newsOf([, version, since, list]: Listed<unknown>): ListNews {
  if (since === undefined || !list) return { version };
  if (since === 0) return { version, whole: list };
  const added: Added[] = [];
  for (let at = 0; at < list.length; at += 2) {
    added.push({ entry: list[at] ?? '', version: Number(list[at + 1]) });
  }
  return { version, since, added };
}

/** From `server connection room user:ip:port:`; the connection of another server is named with it. */
function expiredMember(text: string, ownServer: string): ExpiredMember {
  const [server = '', id = '', room = '', entry = ''] = text.split(' ');
  const [user = '', ip = '', port = ''] = entry.split(':');
  const member: MemberAddress = { user, ip, port: Number(port) };
  return { connection: server === ownServer ? id : `${server}/${id}`, room, member };
}
