/**
 * Ports that are free for TCP and UDP. They lie below the range that systems take the ports of outgoing
 * connections from (32768 on Linux), because else a connection of another test could get one between the look
 * and its use; and each worker of vitest has a range of its own.
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { LOOPBACK } from './wire.ts';

const FIRST_PORT = 12_000;
const PORTS_PER_WORKER = 1_200;
const WORKERS = 16;

const worker = Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS;
const base = FIRST_PORT + worker * PORTS_PER_WORKER;
let offset = Math.floor(Math.random() * PORTS_PER_WORKER);

/** A port that nobody has, and that this function has not returned lately. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS_PER_WORKER; tries += 1) {
    // Taken before the look: others may ask meanwhile.
    offset = (offset + 1) % PORTS_PER_WORKER;
    const port = base + offset;
    if (await isFree(port)) return port;
  }
  throw new Error(`none of the ports from ${base} on is free`);
}

/** True if a program could listen on the port now, with TCP and UDP. */
export async function isFree(port: number): Promise<boolean> {
  return (await isFreeTcp(port)) && (await isFreeUdp(port));
}

function isFreeTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function isFreeUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ address: LOOPBACK, port, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
