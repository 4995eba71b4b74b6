/**
 * Another implementation of the peer, over bare sockets, which differs from ours in what it does when two
 * members dial each other: it dials whoever dials it, and keeps both links for ever. Otherwise it does what
 * PROTOCOL.md says: it joins, answers every handshake, shows and floods what is new.
 *
 * A process of its own, because it stands on a host of its own: its settings are JSON behind its name. It
 * prints one line of JSON for what happens and says each line of its input.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { sdbm } from '../e2e/tools/wire.ts';

interface Settings {
  readonly name: string;
  readonly ip: string;
  readonly port: number;
  readonly room: string;
  readonly server: { readonly host: string; readonly port: number };
  /** When it answers a handshake: before it has dialled back, or after. */
  readonly answers: 'before' | 'after';
}

const KEEPALIVE_MS = 20_000;
const TEXT = /^T:[^:]+:(\d+):([^:]+):(\d+):(\d+):/;
const CONTROL = /^[PS]:.*?::\r\n/;
const END_BYTES = 4;

const settings = JSON.parse(process.argv[2] ?? '{}') as Settings;
const { name, ip, port, room, server, answers } = settings;
const hid = sdbm(`${name}${ip}${port}`);
const links = new Set<Socket>();
const seen = new Set<string>();
let hasForward = false;
let lastId = 0;

function tell(happened: object): void {
  process.stdout.write(`${JSON.stringify(happened)}\n`);
}

function flood(frame: string, from?: Socket): void {
  for (const link of links) if (link !== from) link.write(frame, 'latin1');
}

function onText(frame: string, header: RegExpExecArray, from: Socket): void {
  const [start, origin, user, id] = header;
  const key = `${origin} ${id}`;
  if (origin === hid || seen.has(key)) return;
  seen.add(key);
  tell({ type: 'text', user, content: frame.slice(start.length, -END_BYTES) });
  flood(frame, from);
}

/** Cuts what comes into frames: TEXTs by their length, the others by their end. */
function read(socket: Socket, onControl: (frame: string) => void): void {
  let rest = '';
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => links.delete(socket));
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    rest += chunk;
    for (;;) {
      const header = TEXT.exec(rest);
      const control = CONTROL.exec(rest);
      const length = header ? header[0].length + Number(header[4]) + END_BYTES : (control?.[0].length ?? 0);
      if (length === 0 || rest.length < length) return;
      const frame = rest.slice(0, length);
      rest = rest.slice(length);
      if (header) onText(frame, header, socket);
      else onControl(frame);
    }
  });
}

/** Links to this member. Resolves when it has answered. */
async function dial(to: { host: string; port: number }): Promise<void> {
  const socket = connect(to);
  const answered = new Promise<void>((resolve) => read(socket, () => resolve()));
  await once(socket, 'connect');
  socket.write(`P:${room}:${name}:${ip}:${port}:${lastId}::\r\n`);
  await answered;
  links.add(socket);
  tell({ type: 'linked', direction: 'forward' });
}

async function onHandshake(frame: string, socket: Socket): Promise<void> {
  const [, , , host = '', itsPort] = frame.split(':');
  const back = { host, port: Number(itsPort) };
  const isFirst = !hasForward;
  hasForward = true;
  const dialled = isFirst ? dial(back) : undefined;
  if (answers === 'after') await dialled;
  socket.write(`S:${lastId}::\r\n`);
  links.add(socket);
  tell({ type: 'linked', direction: 'backward' });
  await dialled;
}

const listener = createServer((socket) => read(socket, (frame) => void onHandshake(frame, socket)));
listener.listen(port, '0.0.0.0');
await once(listener, 'listening');
const roomServer = connect(server);
await once(roomServer, 'connect');
const join = () => roomServer.write(`J:${room}:${name}:${ip}:${port}::\r\n`);
join();
await once(roomServer, 'data');
roomServer.resume();
setInterval(join, KEEPALIVE_MS);
tell({ type: 'joined' });
createInterface({ input: process.stdin }).on('line', (content) => {
  lastId += 1;
  flood(`T:${room}:${hid}:${name}:${lastId}:${content.length}:${content}::\r\n`);
});
