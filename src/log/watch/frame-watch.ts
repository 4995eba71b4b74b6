/**
 * The frames in the bytes that a party reads and writes, as entries of the log. What a frame is caused by:
 * one that comes in by the one that was sent, where its sender is in the log too; a TEXT that goes out by the
 * first one that brought it, or by the command that said it; everything else by what happens at that moment.
 * Of frames that come in together the party says which one it handles: what it does then is caused by that.
 *
 * Where frames come faster than the budget has it, chunks are passed over unread: the party's own trace says
 * how many frames were in them, and where the next one begins, so that reading goes on behind them.
 */
import { VIA_ROOM_SERVER } from '../../feed/feed.ts';
import type { FramesTrace } from '../../feed/trace.ts';
import { decode } from '../../protocol/decode.ts';
import { FrameDecoder, type RawFrame } from '../../protocol/frame-decoder.ts';
import type { EntryOf } from '../entry.ts';
import type { Log } from '../log.ts';
import { FrameBudget, type FrameRate } from './frame-budget.ts';
import type { Wires } from './wires.ts';

/** Longest frame that is put together: any that a peer or a room server takes. */
const FRAME_MAX_BYTES = 4_194_304;
/** Messages whose first entry is remembered. */
const TEXTS_MAX = 8_192;

interface FrameWatchPorts {
  readonly log: Log;
  readonly party: string;
  readonly wires: Wires;
  readonly frameRate?: FrameRate | undefined;
}

/** A socket as entries name it. */
export interface Place {
  readonly connection: number;
  readonly local: string;
  readonly remote: string;
  /** The link, once the party has said which it is. */
  via: string | null;
}

interface Meaning {
  readonly kind: string;
  readonly message: EntryOf<'frame'>['message'];
}

/** Both directions of one connection. */
interface ConnectionWatch {
  /** A chunk has come in. */
  read(chunk: Buffer): void;
  /** These bytes are written at once. */
  written(pieces: readonly Uint8Array[]): void;
}

interface First {
  readonly serial: number;
  /** The frame: an origin that counts anew says something else under the same ID. */
  readonly bytes: Buffer;
}

/** The first entry of each message, bounded. */
export class FirstEntries {
  /** By origin and ID; the origin that was heard longest ago is the first. */
  readonly #firsts = new Map<string, Map<number, First>>();
  #count = 0;

  /** The first entry of what was last said under this ID. */
  of(originHid: string, msgId: number): number | undefined {
    return this.#firsts.get(originHid)?.get(msgId)?.serial;
  }

  /** A frame brings a message, or takes it on. @returns the first entry of it, this one where it is that. */
  seen({ originHid, msgId }: { originHid: string; msgId: number }, bytes: Buffer, serial: number): number {
    const ofOrigin = this.#firsts.get(originHid) ?? new Map<number, First>();
    const known = ofOrigin.get(msgId);
    if (known?.bytes.equals(bytes)) return known.serial;
    if (!ofOrigin.delete(msgId)) this.#count += 1;
    ofOrigin.set(msgId, { serial, bytes });
    this.#firsts.delete(originHid);
    this.#firsts.set(originHid, ofOrigin);
    if (this.#count > TEXTS_MAX) this.#forgetOldest();
    return serial;
  }

  #forgetOldest(): void {
    for (const [originHid, ofOrigin] of this.#firsts) {
      for (const msgId of ofOrigin.keys()) {
        ofOrigin.delete(msgId);
        this.#count -= 1;
        break;
      }
      if (ofOrigin.size === 0) this.#firsts.delete(originHid);
      return;
    }
  }
}

/** A frame that has come in. */
interface Arrived {
  readonly serial: number;
  readonly bytes: Buffer;
}

/** One direction of a connection. */
interface Reading {
  /** Nothing while chunks are passed over unread. */
  decoder: FrameDecoder | undefined;
}

/** See above. */
export class FrameWatch {
  readonly texts = new FirstEntries();
  readonly #ports: FrameWatchPorts;
  readonly #budget: FrameBudget;
  /** Frames that were looked at since the party has last told of some. */
  readonly #looked = { in: 0, out: 0 };
  /** Those of the chunk of this moment, in order. */
  #arrived: Arrived[] = [];
  /** Entries of the frames that the party handles, by the party's own objects; they may be handled later. */
  readonly #serials = new WeakMap<RawFrame, number>();
  /** The chunk of this moment, where it was passed over. */
  #unread: { readonly chunk: Buffer; readonly reading: Reading } | undefined;
  #isUnread = false;
  /** Frames of this moment, of links that have no name yet. */
  #unnamed: { readonly entry: { via: string | null }; readonly place: Place }[] = [];

  constructor(ports: FrameWatchPorts) {
    this.#ports = ports;
    const { log, party, frameRate } = ports;
    this.#budget = new FrameBudget(frameRate, (missing) =>
      log.append(party, { type: 'gap', missing, of: 'frames' }, null),
    );
  }

  /** True while what happens is caused by a chunk that was passed over unread. */
  get isUnread(): boolean {
    return this.#isUnread;
  }

  readonly #forgetUnread = (): void => {
    this.#isUnread = false;
  };

  readonly #forgetUnnamed = (): void => {
    this.#unnamed = [];
  };

  /** The party says which link the frames of this moment are of, with whom, and how many there are. */
  traced(trace: FramesTrace): void {
    const { direction, count } = trace;
    this.#budget.passedOver(count - this.#looked[direction]);
    this.#looked[direction] = 0;
    if (direction === 'in') {
      this.#hearTurns(trace);
      this.#goOn(trace);
    }
    if (this.#unnamed.length > 0) this.#named(trace.via, trace.remote);
  }

  /** The entry of a frame that the party handles; `undefined` where it is not in the log. */
  serialOf(frame: RawFrame): number | undefined {
    return this.#serials.get(frame);
  }

  readonly #turned = (frame: RawFrame): void => {
    // Of a flood that is not looked at there is nothing to be found.
    if (this.#isUnread) return;
    const serial = this.#serials.get(frame);
    if (serial !== undefined) this.#ports.log.follows(serial);
  };

  /** The party's frames are the chunk's, in their order; it may see fewer, or cut them in another way. */
  #hearTurns({ handled = [], hearTurns }: FramesTrace): void {
    const arrived = this.#arrived;
    this.#arrived = [];
    hearTurns?.(this.#turned);
    let next = 0;
    for (const frame of arrived.length > 0 ? handled : []) {
      const bytes = bytesOf(frame);
      let at = next;
      while (at < arrived.length && !arrived[at]?.bytes.equals(bytes)) at += 1;
      const found = arrived[at];
      if (!found) continue;
      this.#serials.set(frame, found.serial);
      next = at + 1;
    }
  }

  #named(via: string, remote: string): void {
    const named = this.#unnamed.filter(({ place }) => place.remote === remote);
    this.#unnamed = [];
    for (const { entry, place } of named) {
      entry.via = via;
      place.via = via;
    }
  }

  of(place: Place): ConnectionWatch {
    const reading: Reading = { decoder: new FrameDecoder(FRAME_MAX_BYTES) };
    const outgoing = new FrameDecoder(FRAME_MAX_BYTES);
    return {
      read: (chunk) => {
        this.#looked.in = 0;
        this.#unread = undefined;
        this.#arrived = [];
        if (isFlooded(place) && (!reading.decoder || !this.#budget.hasMore)) {
          reading.decoder = undefined;
          this.#unread = { chunk, reading };
          this.#isUnread = true;
          this.#ports.log.atEnd(this.#forgetUnread);
          this.#ports.log.follows(null);
          return;
        }
        for (const raw of reading.decoder?.push(chunk) ?? [])
          this.#cameIn(place, bytesOf(raw), meaningOf(raw));
      },
      written: (pieces) => {
        for (const piece of pieces) {
          // Whole frames are written: what is passed over leaves nothing of one behind.
          if (isFlooded(place) && !this.#budget.hasMore) continue;
          for (const raw of outgoing.push(Buffer.from(piece)))
            this.#wentOut(place, bytesOf(raw), meaningOf(raw));
        }
      },
    };
  }

  /** Where the last frame of an unread chunk lies in that chunk, the next one begins behind it. */
  #goOn(trace: FramesTrace): void {
    const unread = this.#unread;
    this.#unread = undefined;
    if (!unread || !this.#budget.hasMore) return;
    const last = trace.frames.at(-1);
    if (last?.buffer !== unread.chunk) return;
    unread.reading.decoder = new FrameDecoder(FRAME_MAX_BYTES);
    unread.reading.decoder.push(unread.chunk.subarray(last.end));
  }

  datagram(direction: 'in' | 'out', place: Place, bytes: Buffer): void {
    const meaning = { kind: decode(bytes)?.kind ?? MALFORMED, message: null };
    if (direction === 'in') this.#cameIn(place, bytes, meaning);
    else this.#wentOut(place, bytes, meaning);
  }

  #cameIn(place: Place, bytes: Buffer, meaning: Meaning): void {
    const { log, wires } = this.#ports;
    const [from, to] = [keyOf(place, place.remote), keyOf(place, place.local)];
    const sent =
      place.connection === UDP ? wires.datagramArrived(from, to, bytes) : wires.arrived(from, to, bytes);
    const serial = this.#append('in', place, bytes, meaning, sent);
    if (meaning.message) this.texts.seen(meaning.message, bytes, serial);
    this.#arrived.push({ serial, bytes });
    log.follows(serial);
  }

  #wentOut(place: Place, bytes: Buffer, meaning: Meaning): void {
    const { log, wires } = this.#ports;
    const { message } = meaning;
    const { cause } = log;
    const said = message && cause !== null ? this.texts.seen(message, bytes, cause) : cause;
    const serial = this.#append('out', place, bytes, meaning, said);
    wires.sent(keyOf(place, place.local), keyOf(place, place.remote), serial, bytes);
  }

  #append(direction: 'in' | 'out', place: Place, bytes: Buffer, meaning: Meaning, cause: number | null) {
    const { log, party } = this.#ports;
    const { connection, local, remote, via } = place;
    this.#budget.spend();
    this.#looked[direction] += 1;
    const { nextSerial: serial, momentMs: atMs } = log;
    const { kind, message } = meaning;
    // Written out: it is made for thousands of frames.
    const entry: EntryOf<'frame'> = {
      type: 'frame',
      serial,
      atMs,
      party,
      causedBy: cause,
      direction,
      connection,
      local,
      remote,
      via,
      kind,
      size: bytes.length,
      bytes: bytes.toString('base64'),
      message,
    };
    log.add(entry);
    if (via === null) {
      // A party that names no links, as a room server, leaves none behind.
      log.atEnd(this.#forgetUnnamed);
      this.#unnamed.push({ entry, place });
    }
    return entry.serial;
  }
}

/**
 * Only links are flooded, with TEXT; before the party has named one it tells of no frames. A room server's
 * few frames are the causes of much.
 */
function isFlooded({ via }: Place): boolean {
  return via !== null && via !== VIA_ROOM_SERVER;
}

const MALFORMED = 'MALFORMED';
/** The number of a party's UDP socket. */
export const UDP = 0;

/** TCP and UDP have the same numbers. */
function keyOf({ connection }: Place, address: string): string {
  return connection === UDP ? `udp ${address}` : address;
}

function bytesOf(raw: RawFrame): Buffer {
  return raw.kind === 'MALFORMED' ? raw.sample : raw.bytes;
}

function meaningOf(raw: RawFrame): Meaning {
  if (raw.kind === 'TEXT') return { kind: 'TEXT', message: { originHid: raw.originHid, msgId: raw.msgId } };
  const frame = raw.kind === 'CONTROL' ? decode(raw.bytes) : undefined;
  return { kind: frame?.kind ?? MALFORMED, message: null };
}
