/**
 * The frames of a whole room: each frame that one peer of the page has sent and another one has received is
 * one passage, from its sending to its receiving. Pure.
 *
 * Invariants: every frame that is given belongs to one passage; a passage that both ends tell of is there
 * once; passages are in the order of the frames that tell of them first, and none comes before it was sent.
 */
import type { ConsoleFrame } from '../../../../feed/messages.ts';
import { FramePairs } from '../../../crossings/frame-pairs.ts';
import { type Encounter, encountersOf, partyName } from '../diagram/parties.ts';
import { marksOf } from '../marks.ts';

/** A peer of the page, as it stands in the room. */
export interface RoomPeer {
  readonly id: string;
  /** Key of its lifeline. */
  readonly key: string;
  readonly name: string;
  /** `ip:port` as members know it; `null` before it has joined. */
  readonly address: string | null;
  readonly isGone: boolean;
}

/** One end of a passage in time. `order` counts over the whole room, as serials of frames do. */
interface Point {
  readonly order: number;
  readonly atMs: number;
}

/** One frame of the room. */
export interface Passage {
  /** As its sender told of it; as its receiver did where that is not known. */
  readonly frame: ConsoleFrame;
  readonly fromKey: string;
  readonly toKey: string;
  readonly fromName: string;
  readonly toName: string;
  /** `null` where the sender is no peer of the page, or its frame is no longer kept. */
  readonly sent: Point | null;
  /** `null` where it has not come (yet), or the receiver is no peer of the page. */
  readonly received: Point | null;
  /** Serial of the frame as its receiver told of it. */
  readonly arrival: number | null;
  /** The link as its two ends call it. */
  readonly links: readonly string[];
  /** It had come before, and was dropped. */
  readonly isDuplicate: boolean;
  /** It has not come, although its receiver tells what comes. */
  readonly isMissing: boolean;
  /** A JOIN that only keeps the place in the room, or the answer that says nothing new. */
  readonly isKeepalive: boolean;
}

/** All passages, and whom their ends belong to. */
export interface RoomFrames {
  readonly passages: readonly Passage[];
  /** Everybody who is no peer of the page, by key. */
  readonly others: ReadonlyMap<string, Encounter>;
}

type OpenPassage = { -readonly [Field in keyof Passage]: Passage[Field] };

/** What is known of one frame by those of its peer. */
interface Known {
  readonly otherKey: string;
  readonly otherName: string;
  readonly isDuplicate: boolean;
  readonly isKeepalive: boolean;
}

/** @param frames of all peers, in the order of their serials. */
export function roomFrames(frames: readonly ConsoleFrame[], peers: readonly RoomPeer[]): RoomFrames {
  const byId = new Map(peers.map((peer) => [peer.id, peer]));
  const byKey = new Map(peers.map((peer) => [peer.key, peer]));
  const { known, others } = knownOf(frames, peers);
  const pairs = new FramePairs<OpenPassage>();
  const passages: OpenPassage[] = [];
  frames.forEach((frame, index) => {
    const own = byId.get(frame.peer);
    const about = known[index];
    if (!own || !about) return;
    const half = passageOf(frame, own, about, byKey);
    const whole = pairs.meet(frame, { from: half.fromKey, to: half.toKey }, half);
    if (whole) complete(whole, half);
    else passages.push(half);
  });
  return { passages, others };
}

function passageOf(
  frame: ConsoleFrame,
  own: RoomPeer,
  { otherKey, otherName, isDuplicate, isKeepalive }: Known,
  byKey: ReadonlyMap<string, RoomPeer>,
): OpenPassage {
  const isOut = frame.direction === 'out';
  const [fromKey, toKey] = isOut ? [own.key, otherKey] : [otherKey, own.key];
  const name = byKey.get(otherKey)?.name ?? otherName;
  const [fromName, toName] = isOut ? [own.name, name] : [name, own.name];
  const point: Point = { order: frame.serial, atMs: frame.atMs };
  const [sent, received] = isOut ? [point, null] : [null, point];
  const arrival = isOut ? null : frame.serial;
  const ends = { fromKey, toKey, fromName, toName, sent, received, arrival, links: [frame.via] };
  return { frame, ...ends, isDuplicate, isKeepalive, isMissing: isOut && byKey.has(otherKey) };
}

/** Two halves are one frame. */
function complete(whole: OpenPassage, half: OpenPassage): void {
  const sent = whole.sent ?? half.sent;
  const received = whole.received ?? half.received;
  // Told of in the wrong order, it still came after it was sent.
  const isEarly = sent !== null && received !== null && received.order < sent.order;
  whole.frame = half.sent ? half.frame : whole.frame;
  whole.sent = sent;
  whole.arrival = whole.arrival ?? half.arrival;
  whole.received = isEarly ? { ...received, order: sent.order + 0.5 } : received;
  whole.links = half.sent ? [...half.links, ...whole.links] : [...whole.links, ...half.links];
  whole.isDuplicate = whole.isDuplicate || half.isDuplicate;
  whole.isKeepalive = whole.isKeepalive || half.isKeepalive;
  whole.isMissing = false;
}

/** What each peer's own frames say of each frame: who is at its other end, and what it is among them. */
function knownOf(
  frames: readonly ConsoleFrame[],
  peers: readonly RoomPeer[],
): { readonly known: readonly (Known | undefined)[]; readonly others: ReadonlyMap<string, Encounter> } {
  const keyAt = new Map(
    peers.flatMap(({ key, address }) => (address === null ? [] : [[`address ${address}`, key]])),
  );
  const isPeer = new Set(peers.map(({ key }) => key));
  const known = new Array<Known | undefined>(frames.length);
  const others = new Map<string, Encounter>();
  for (const indices of indicesByPeer(frames).values()) {
    const own = indices.map((index) => frames[index] as ConsoleFrame);
    const { keys, byKey } = encountersOf(own);
    const { duplicates, keepalives } = marksOf(own);
    own.forEach(({ serial }, place) => {
      const key = keys[place] ?? '';
      const encounter = byKey.get(key);
      const otherKey = keyAt.get(key) ?? key;
      const otherName = encounter ? partyName(encounter.party) : '';
      const is = { isDuplicate: duplicates.has(serial), isKeepalive: keepalives.has(serial) };
      known[indices[place] ?? 0] = { otherKey, otherName, ...is };
    });
    for (const [key, encounter] of byKey) {
      if (isPeer.has(keyAt.get(key) ?? key)) continue;
      const before = others.get(key)?.frames ?? 0;
      others.set(key, { ...encounter, frames: encounter.frames + before });
    }
  }
  return { known, others };
}

function indicesByPeer(frames: readonly ConsoleFrame[]): ReadonlyMap<string, readonly number[]> {
  const byPeer = new Map<string, number[]>();
  frames.forEach(({ peer }, index) => {
    const indices = byPeer.get(peer);
    if (indices) indices.push(index);
    else byPeer.set(peer, [index]);
  });
  return byPeer;
}
