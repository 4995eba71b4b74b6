/**
 * The frames in the bytes that a party reads and writes, as entries of the log. What a frame is caused by:
 * one that comes in by the one that was sent, where its sender is in the log too; a TEXT that goes out by the
 * first one that brought it, or by the command that said it; everything else by what happens at that moment.
 */
import { decode } from '../../protocol/decode.ts';
import { FrameDecoder, type RawFrame } from '../../protocol/frame-decoder.ts';
import type { EntryOf } from '../entry.ts';
import type { Log } from '../log.ts';
import type { Wires } from './wires.ts';

/** Longest frame that is put together: any that a peer or a room server takes. */
const FRAME_MAX_BYTES = 4_194_304;
/** Messages whose first entry is remembered. */
const TEXTS_MAX = 8_192;

interface FrameWatchPorts {
  readonly log: Log;
  readonly party: string;
  readonly wires: Wires;
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
export interface ConnectionWatch {
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
  readonly #firsts = new Map<string, First>();

  /** The first entry of what was last said under this ID. */
  of(originHid: string, msgId: number): number | undefined {
    return this.#firsts.get(`${originHid} ${msgId}`)?.serial;
  }

  /** A frame brings a message, or takes it on. @returns the first entry of it, this one where it is that. */
  seen({ originHid, msgId }: { originHid: string; msgId: number }, bytes: Buffer, serial: number): number {
    const key = `${originHid} ${msgId}`;
    const known = this.#firsts.get(key);
    if (known?.bytes.equals(bytes)) return known.serial;
    this.#firsts.delete(key);
    this.#firsts.set(key, { serial, bytes });
    const [oldest] = this.#firsts.keys();
    if (this.#firsts.size > TEXTS_MAX && oldest !== undefined) this.#firsts.delete(oldest);
    return serial;
  }
}

/** See above. */
export class FrameWatch {
  readonly texts = new FirstEntries();
  readonly #ports: FrameWatchPorts;
  /** Frames of this moment, of links that have no name yet. */
  #unnamed: { readonly entry: { via: string | null }; readonly place: Place }[] = [];

  constructor(ports: FrameWatchPorts) {
    this.#ports = ports;
  }

  readonly #forgetUnnamed = (): void => {
    this.#unnamed = [];
  };

  /** The party says which link the frames of this moment are of, with whom. */
  named(via: string, remote: string): void {
    const named = this.#unnamed.filter(({ place }) => place.remote === remote);
    this.#unnamed = [];
    for (const { entry, place } of named) {
      entry.via = via;
      place.via = via;
    }
  }

  of(place: Place): ConnectionWatch {
    const [incoming, outgoing] = [new FrameDecoder(FRAME_MAX_BYTES), new FrameDecoder(FRAME_MAX_BYTES)];
    return {
      read: (chunk) => {
        for (const raw of incoming.push(chunk)) this.#cameIn(place, bytesOf(raw), meaningOf(raw));
      },
      written: (pieces) => {
        for (const piece of pieces)
          for (const raw of outgoing.push(Buffer.from(piece)))
            this.#wentOut(place, bytesOf(raw), meaningOf(raw));
      },
    };
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
    const socket = { connection, local, remote, via };
    const frame = { direction, ...socket, ...meaning, size: bytes.length, bytes: bytes.toString('base64') };
    const entry = log.append(party, { type: 'frame', ...frame } as const, cause);
    if (via === null) {
      // A party that names no links, as a room server, leaves none behind.
      log.atEnd(this.#forgetUnnamed);
      this.#unnamed.push({ entry, place });
    }
    return entry.serial;
  }
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
