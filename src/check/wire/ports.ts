/**
 * Ports of the loopback that are free for TCP and UDP. They lie below the range that systems take the ports
 * of outgoing connections from (32768 on Linux), and each process begins at a place of its own.
 */
import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { LOOPBACK } from '../../protocol/names.ts';
import { CannotCheckError } from '../failure.ts';

const FIRST_PORT = 20_000;
const PORTS = 11_000;
const TRIES_MAX = 2_000;

let next = (process.pid * 131) % PORTS;

/** A port that nobody has, and that this process has not handed out lately. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    next = (next + 1) % PORTS;
    const port = FIRST_PORT + next;
    if (await isFreePort(port)) return port;
  }
  throw new CannotCheckError(`None of ${TRIES_MAX} ports is free.`);
}

/** True if a program could listen on it now, with TCP and UDP. */
export async function isFreePort(port: number): Promise<boolean> {
  try {
    const server = await listening(createServer(), port);
    await new Promise((resolve) => server.close(resolve));
  } catch {
    // Somebody has it: that is the answer.
    return false;
  }
  return isFreeForDatagrams(port);
}

function isFreeForDatagrams(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => socket.close(() => resolve(false)));
    socket.bind({ address: LOOPBACK, port, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/** Lets a server listen on a port of the loopback. */
export function listening(server: Server, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}
