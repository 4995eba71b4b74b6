/**
 * The limit of a room: a member of it, the least that the job needs, by hand on node:net. Lines of standard
 * input become TEXTs to every link, what comes from a link is printed and goes to the other links, and who
 * speaks sees its own lines. It keeps one number per origin: on each link the IDs of an origin rise, so that
 * an ID which is not greater than the last one has been here before (a ring of links brings everything
 * twice). Past a mark of bytes that wait for a link it stops reading where they come from for a while, which
 * bounds its memory nearly always.
 *
 * It tells of its links with the sentences of the real program, so that one reader understands both.
 */

import { connect, createServer, type Socket } from 'node:net';
import { LOOPBACK } from '../../src/protocol/names.ts';
import { settings } from '../children/questions.ts';
import { END_BYTES, frame, read } from './text-header.ts';

/** `dials`: ports of members that it links to; `hid`: its Hash ID in decimal. */
interface Settings {
  readonly name: string;
  readonly hid: string;
  readonly room: string;
  readonly port: number;
  readonly dials: readonly number[];
}

const HANDSHAKE_ANSWER = 'S:0::\r\n';
const CAPITAL_P = 0x50;
const NEWLINE = 0x0a;
const HIGH_WATER_BYTES = 262_144;
const PAUSE_MS = 250;
const RETRY_MS = 20;

const { name, hid, room, port, dials } = settings<Settings>();
const links = new Set<Socket>();
const lastIds = new Map<string, number>();
let ownId = 0;

/** Sources that are not read from now. */
const held = new Set<unknown>();

/** Stops reading a source until the link has room again; not for ever, as a ring that is full would. */
function holdBack(source: { pause(): unknown; resume(): unknown }): void {
  const full = [...links].find(({ writableLength }) => writableLength > HIGH_WATER_BYTES);
  if (!full || held.has(source)) return;
  held.add(source);
  source.pause();
  const goOn = () => {
    clearTimeout(timer);
    full.off('drain', goOn);
    held.delete(source);
    source.resume();
  };
  const timer = setTimeout(goOn, PAUSE_MS);
  full.once('drain', goOn);
}

function forward(pieces: readonly Buffer[], from?: Socket): void {
  for (const link of links) {
    if (link === from) continue;
    if (pieces.length > 1) link.cork();
    for (const piece of pieces) link.write(piece);
    if (pieces.length > 1) link.uncork();
  }
}

/** Takes what is new of `bytes`. @returns where the frame begins that is not whole. */
function scan(bytes: Buffer, pieces: Buffer[], printed: string[]): number {
  let at = 0;
  let from = 0;
  while (at < bytes.length && read(bytes, at, bytes.length)) {
    const { originStart, originEnd, userEnd, id, contentStart, end } = frame;
    const origin = bytes.toString('latin1', originStart, originEnd);
    if (id > (lastIds.get(origin) ?? 0)) {
      lastIds.set(origin, id);
      const user = bytes.toString('latin1', originEnd + 1, userEnd);
      printed.push(`[msg] ${user}: ${bytes.toString('utf8', contentStart, end - END_BYTES)}\n`);
    } else {
      if (at > from) pieces.push(bytes.subarray(from, at));
      from = end;
    }
    at = end;
  }
  if (at > from) pieces.push(bytes.subarray(from, at));
  return at;
}

function relayFrom(link: Socket, first: Buffer): void {
  let carry: Buffer = Buffer.alloc(0);
  const take = (chunk: Buffer) => {
    const pieces: Buffer[] = [];
    const printed: string[] = [];
    const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
    const at = scan(bytes, pieces, printed);
    carry = bytes.subarray(at);
    if (pieces.length > 0) forward(pieces, link);
    if (printed.length > 0) process.stdout.write(printed.join(''));
    holdBack(link);
  };
  links.add(link);
  link.on('data', take);
  if (first.length > 0) take(first);
}

function prepare(link: Socket): void {
  link.setNoDelay(true);
  link.on('error', () => link.destroy());
  link.on('close', () => links.delete(link));
}

/** Links to a member, as soon as it is there. */
function dial(to: number): void {
  const link = connect({ host: LOOPBACK, port: to });
  link.once('error', () => setTimeout(() => dial(to), RETRY_MS));
  link.once('connect', () => {
    prepare(link);
    link.write(`P:${room}:${name}:${LOOPBACK}:${port}:0::\r\n`);
  });
  link.once('data', (bytes) => {
    process.stdout.write(`[cmd] Forward link to ${to}.\n`);
    relayFrom(link, bytes.subarray(HANDSHAKE_ANSWER.length));
  });
}

function readInput(): void {
  let rest: Buffer = Buffer.alloc(0);
  process.stdin.on('data', (chunk: Buffer) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const frames: string[] = [];
    const printed: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      ownId += 1;
      const line = bytes.toString('latin1', start, end);
      frames.push(`T:${room}:${hid}:${name}:${ownId}:${line.length}:${line}::\r\n`);
      printed.push(`[msg] ${name}: ${line}\n`);
      start = end + 1;
    }
    rest = bytes.subarray(start);
    lastIds.set(hid, ownId);
    if (frames.length > 0) forward([Buffer.from(frames.join(''), 'latin1')]);
    if (printed.length > 0) process.stdout.write(printed.join(''));
    holdBack(process.stdin);
  });
}

const server = createServer((link) => {
  prepare(link);
  link.once('data', (bytes) => {
    if (bytes[0] !== CAPITAL_P) throw new Error(`this is no handshake: ${bytes.toString('latin1')}`);
    link.write(HANDSHAKE_ANSWER);
    process.stdout.write('[cmd] Backward link from a member.\n');
    relayFrom(link, Buffer.alloc(0));
  });
});
server.listen(port, LOOPBACK, () => process.stdout.write('[cmd] Joined.\n'));
for (const to of dials) dial(to);
readInput();
