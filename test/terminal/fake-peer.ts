/** A peer that does what a test tells it: it remembers commands and shows what it is given. */
import { type Observable, of, ReplaySubject, Subject } from 'rxjs';
import type { Trace } from '../../src/feed/trace.ts';
import { StepClock } from '../../src/io/memory/step-clock.ts';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { toMember } from '../../src/overlay/member.ts';
import type { Command, Dialling, Intake, Peer, PeerStatus } from '../../src/peer/peer-api.ts';
import { FlowControl } from '../../src/relay/flow/flow-control.ts';
import { OutputFlow } from '../../src/relay/flow/output-flow.ts';
import type { Notice } from '../../src/words/notices.ts';

export const ALICE = toMember({ user: 'alice', ip: '127.0.0.1', port: 5001 });
export const BOB = toMember({ user: 'bob', ip: '127.0.0.1', port: 5002 });
const CAROL = toMember({ user: 'Carol', ip: '10.0.0.3', port: 5003 });

export const START: PeerStatus = {
  state: 'START',
  user: null,
  room: null,
  self: null,
  port: 5001,
  isOffline: false,
  roomServer: { host: '127.0.0.1', port: 32340, state: 'idle' },
  members: [],
  links: [],
  pending: [],
  rooms: [],
  counters: {},
};

export const CONNECTED: PeerStatus = {
  ...START,
  state: 'CONNECTED',
  user: 'alice',
  room: 'room1',
  self: ALICE,
  roomServer: { host: '127.0.0.1', port: 32340, state: 'connected' },
  members: [
    { ...ALICE, isSelf: true, links: [] },
    { ...BOB, isSelf: false, links: ['forward', 'backward'] },
    { ...CAROL, isSelf: false, links: [] },
  ],
  links: [{ id: 'link 1', direction: 'forward', member: BOB, dropped: { duplicate: 2 } }],
  rooms: ['room1', 'room2', 'kitchen'],
  counters: { 'frames in': 12, 'frames out': 3 },
};

/** A message of somebody else. */
export function said(user: string, content: string): Notice {
  return { window: 'message', type: 'text', user, content, own: false, originHid: '1', msgId: 1 };
}

/** Runs on subjects; QUIT terminates it unless `onCommand` says otherwise. */
export class FakePeer implements Peer {
  readonly notices = new Subject<Notice>();
  readonly trace = new Subject<Trace>();
  readonly changes = new Subject<void>();
  readonly terminated = new ReplaySubject<void>(1);
  readonly sessionId = 'x:0';
  /** What a face that makes the room wait is under. */
  readonly flow = new FlowControl({
    clock: new StepClock(),
    limits: PEER_LIMITS,
    busyChanged: () => this.changes.next(),
  });
  intake: Intake = 'open';
  dialling: Dialling | null = null;
  isDelivered = true;
  allowsUtf8 = false;
  unheard = { count: 0, last: '' };
  readonly commands: Command[] = [];
  onCommand: (command: Command) => void = (command) => {
    if (command.type === 'QUIT') this.terminate();
  };
  #status: PeerStatus;
  #started = false;

  constructor(status: PeerStatus = START) {
    this.#status = status;
  }

  awaitOutput(queuedBytes: () => number): OutputFlow {
    return new OutputFlow(this.flow, PEER_LIMITS, queuedBytes);
  }

  taken(): Observable<void> {
    return of(undefined);
  }

  start(): void {
    this.#started = true;
    this.changes.next();
  }

  send(command: Command): void {
    // How many are given at once is the face's business: a test sees each by itself.
    const each = command.type === 'SEND' ? [command.text, ...(command.more ?? [])] : [];
    const commands =
      command.type === 'SEND' ? each.map((text) => ({ type: 'SEND', text }) as const) : [command];
    for (const one of commands) {
      this.commands.push(one);
      this.onCommand(one);
    }
  }

  status(): PeerStatus {
    // The real one has none before it runs.
    if (!this.#started) throw new Error('status() before start()');
    return this.#status;
  }

  become(status: PeerStatus): void {
    this.#status = status;
    this.changes.next();
  }

  terminate(): void {
    this.#status = { ...this.#status, state: 'TERMINATED' };
    this.notices.next({ window: 'command', type: 'quit' });
    this.notices.complete();
    this.changes.complete();
    this.terminated.next();
    this.terminated.complete();
  }
}
