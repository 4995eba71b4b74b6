/**
 * The room server: LIST and the KEEPALIVE's JOIN, over 1 and over 16 connections, in rooms of several sizes,
 * against a server that answers the very same bytes without reading what was asked. Each connection asks when
 * it has been answered.
 */

import { encode } from '../../src/protocol/encode.ts';
import { END_MARK } from '../../src/protocol/frames.ts';
import { Child } from '../children/child.ts';
import { Clients } from '../load/clients.ts';
import { memberOf } from '../load/members.ts';
import { Condition, open } from '../load/sockets.ts';
import {
  atLeast,
  byTurns,
  compared,
  type Effort,
  inRounds,
  medians,
  type Pair,
  type Row,
  type RowGroup,
  scaled,
} from '../results/row.ts';

const CONNECTIONS = [1, 16] as const;
const MEMBERS = [5, 50, 10_000] as const;
const REQUESTS = 20_000;
/** Bytes of answers in a run at most: a room of 10,000 answers a quarter of a megabyte. */
const ANSWERED_BYTES_MAX = 1_000_000_000;
const REQUESTS_LEAST = 64;
const HOUR_MS = 3_600_000;

/** What is asked over each of the connections. */
interface Question {
  readonly name: string;
  readonly requests: readonly Buffer[];
}

/** Refreshes of members that are in the room already: the room stays as it is. */
function refreshes(room: string, members: number, connections: number): Buffer[] {
  return Array.from({ length: connections }, (_, index) =>
    encode({ kind: 'JOIN', room, ...memberOf(index % members) }),
  );
}

/** Asks once over a connection of its own, and reads until the end mark. */
async function answerTo(port: number, request: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  const condition = new Condition();
  const socket = await open(port, (bytes) => {
    parts.push(Buffer.from(bytes));
    condition.changed();
  });
  socket.write(request);
  await condition.until(
    'an answer',
    () => parts.at(-1)?.subarray(-END_MARK.length).toString('latin1') === END_MARK,
  );
  socket.destroy();
  return Buffer.concat(parts);
}

/** A server that answers, in a process of its own. */
interface Server {
  readonly child: Child;
  readonly port: number;
}

/** What a run has come to. */
interface Speed {
  readonly perSecond: number;
  /** CPU of the server's process, the system's part of it included. */
  readonly cpuUsARequest: number;
}

async function measure(clients: Clients, child: Child, count: number, answerBytes: number): Promise<Speed> {
  await child.usage();
  const perSecond = await clients.ask(count, answerBytes);
  const { cpuMs } = await child.usage();
  return { perSecond, cpuUsARequest: (cpuMs * 1_000) / count };
}

function figures(pairs: readonly Pair<Speed>[], answerBytes: number): string {
  const speeds = medians(pairs, ({ perSecond }) => perSecond);
  const costs = medians(pairs, ({ cpuUsARequest }) => cpuUsARequest);
  const whole = (value: number) => Math.round(value).toLocaleString('en');
  return [
    `${whole(speeds.program)} of ${whole(speeds.limit)} requests/s`,
    `${costs.program.toFixed(1)} against ${costs.limit.toFixed(1)} µs CPU a request`,
    `answers of ${whole(answerBytes)} bytes`,
  ].join(', ');
}

/** A room server with the rooms of the bench. */
async function startServer(): Promise<Server> {
  const { child, ready } = await Child.start<{ port: number }>('programs/room-server', {
    memberExpiryMs: HOUR_MS,
    // A KEEPALIVE is one request in 20 s; these rows ask thousands a second, which a connection is not
    // served otherwise.
    requestsPerSecondMax: 0,
  });
  for (const members of MEMBERS) await child.ask('join', { room: `room${members}`, from: 0, to: members });
  return { child, port: ready.port };
}

/** What a round has come to. */
interface Asked {
  readonly pairs: Pair<Speed>[];
  readonly answerBytes: number;
}

/** Both sides are processes that have answered nothing else before. */
async function ask(effort: Effort, requests: readonly Buffer[]): Promise<Asked> {
  const server = await startServer();
  const { child: limitChild, ready } = await Child.start<{ port: number }>('limits/room-server', {});
  const program = await Clients.connect(server.port, requests);
  const limit = await Clients.connect(ready.port, requests);
  try {
    const answer = await answerTo(server.port, requests[0] as Buffer);
    await limitChild.ask('answer', { bytes: answer.toString('latin1') });
    const share = Math.min(REQUESTS, ANSWERED_BYTES_MAX / answer.length);
    const count = scaled(share, effort, Math.min(REQUESTS_LEAST, share));
    const pairs = await byTurns(
      effort,
      () => measure(program, server.child, count, answer.length),
      () => measure(limit, limitChild, count, answer.length),
    );
    return { pairs, answerBytes: answer.length };
  } finally {
    program.close();
    limit.close();
    await server.child.stop();
    await limitChild.stop();
  }
}

async function measureQuestion(effort: Effort, { name, requests }: Question): Promise<Row> {
  let bytes = 0;
  const pairs = await inRounds(effort, async (part) => {
    const asked = await ask(part, requests);
    bytes = asked.answerBytes;
    return asked.pairs;
  });
  return compared(name, atLeast(0.9), pairs, ({ perSecond }) => perSecond, figures(pairs, bytes));
}

/** Room server. */
export const ROOM_SERVER: RowGroup = {
  name: 'room-server',
  async *measure(effort) {
    for (const connections of CONNECTIONS) {
      const over = `over ${connections} ${connections === 1 ? 'connection' : 'connections'}`;
      const lists = Array.from({ length: connections }, () => encode({ kind: 'LIST' }));
      yield await measureQuestion(effort, { name: `room server, LIST ${over}`, requests: lists });
      for (const members of MEMBERS) {
        const name = `room server, JOIN refresh ${over}, room of ${members.toLocaleString('en')}`;
        const requests = refreshes(`room${members}`, members, connections);
        yield await measureQuestion(effort, { name, requests });
      }
    }
  },
};
