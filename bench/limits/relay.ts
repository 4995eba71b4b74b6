/**
 * The limit of a relay: the least that the job needs, by hand on node:net. It scans the bytes once, keeps one
 * set of numbers per origin, finds the last origin again by comparing bytes, copies nothing that it forwards,
 * and writes once per link and chunk. No names, no rooms' lists, no states, no bounds but that of its memory.
 *
 * With `prints` it prints `[msg] user: text`, one write per chunk.
 */
import { createServer, type Socket } from 'node:net';
import { serve, settings } from '../children/questions.ts';
import { listening } from '../load/sockets.ts';
import { END_BYTES, frame, read } from './text-header.ts';

const CAPITAL_P = 0x50;
/**
 * Half of what is remembered of one origin: two sets, the older of which is forgotten when the younger is
 * full.
 */
const GENERATION = 32_768;

const { prints = false } = settings<{ prints?: boolean }>();

interface Origin {
  readonly name: Buffer;
  young: Set<number>;
  old: Set<number>;
}

const origins = new Map<string, Origin>();
const links = new Set<Socket>();
let last: Origin | undefined;
let passed = 0;

function originAt(bytes: Buffer, start: number, end: number): Origin {
  if (last && last.name.length === end - start) {
    const { name } = last;
    let at = 0;
    while (at < name.length && name[at] === bytes[start + at]) at += 1;
    if (at === name.length) return last;
  }
  const key = bytes.toString('latin1', start, end);
  let origin = origins.get(key);
  if (!origin) {
    origin = { name: Buffer.from(key, 'latin1'), young: new Set(), old: new Set() };
    origins.set(key, origin);
  }
  last = origin;
  return origin;
}

function isNew(origin: Origin, id: number): boolean {
  if (origin.young.has(id) || origin.old.has(id)) return false;
  if (origin.young.size >= GENERATION) {
    origin.old = origin.young;
    origin.young = new Set();
  }
  origin.young.add(id);
  return true;
}

/** Forwards what is new of `bytes`. @returns where the frame begins that is not whole. */
function scan(bytes: Buffer, pieces: Buffer[], printed: string[]): number {
  const limit = bytes.length;
  let at = 0;
  let from = 0;
  while (at < limit && read(bytes, at, limit)) {
    const { originStart, originEnd, userEnd, id, contentStart, end } = frame;
    if (isNew(originAt(bytes, originStart, originEnd), id)) {
      passed += 1;
      if (prints) {
        const user = bytes.toString('latin1', originEnd + 1, userEnd);
        printed.push(`[msg] ${user}: ${bytes.toString('utf8', contentStart, end - END_BYTES)}\n`);
      }
    } else {
      if (at > from) pieces.push(bytes.subarray(from, at));
      from = end;
    }
    at = end;
  }
  if (at > from) pieces.push(bytes.subarray(from, at));
  return at;
}

function forward(from: Socket, pieces: readonly Buffer[]): void {
  for (const link of links) {
    if (link === from) continue;
    if (pieces.length > 1) link.cork();
    for (const piece of pieces) link.write(piece);
    if (pieces.length > 1) link.uncork();
  }
}

/** How much of a chunk is put behind the piece of a frame before it, to make that frame whole. */
const STITCH_BYTES = 1_024;

function serveLink(link: Socket): void {
  let carry: Buffer | undefined;
  let isLinked = false;
  link.setNoDelay(true);
  link.on('error', () => link.destroy());
  link.on('close', () => links.delete(link));
  link.on('data', (chunk) => {
    if (!isLinked && chunk[0] === CAPITAL_P) {
      isLinked = true;
      links.add(link);
      link.write('S:0::\r\n');
      return;
    }
    const pieces: Buffer[] = [];
    const printed: string[] = [];
    let rest: Buffer = chunk;
    if (carry) {
      const stitched = Buffer.concat([carry, chunk.subarray(0, STITCH_BYTES)]);
      if (read(stitched, 0, stitched.length)) {
        const { end } = frame;
        scan(stitched.subarray(0, end), pieces, printed);
        rest = chunk.subarray(end - carry.length);
      } else {
        rest = Buffer.concat([carry, chunk]);
      }
    }
    const at = scan(rest, pieces, printed);
    carry = at < rest.length ? Buffer.from(rest.subarray(at)) : undefined;
    if (pieces.length > 0) forward(link, pieces);
    if (printed.length > 0) process.stdout.write(printed.join(''));
  });
}

const port = await listening(createServer(serveLink));
serve({ port }, {}, () => passed);
