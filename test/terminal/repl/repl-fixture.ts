/**
 * A face on the real stdin and stdout of a process, with a fake peer that the test steers over a socket.
 *
 * Environment: CONTROL is the path of the test's socket, FACE is `repl` or `line`. The test sends one `Order`
 * a line; each command of the face comes back as one line of JSON. Nothing here keeps the process alive but
 * the face.
 */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { openStandardOutput } from '../../../src/cli/output/standard-output.ts';
import { systemClock } from '../../../src/io/node/system-clock.ts';
import type { Command, PeerStatus } from '../../../src/peer/peer-api.ts';
import { runLineMode } from '../../../src/terminal/lines/line-mode.ts';
import { runRepl } from '../../../src/terminal/repl/repl.ts';
import type { CommandName, Notice } from '../../../src/words/notices.ts';
import { NotJoinedError } from '../../../src/words/refusals.ts';
import { FakePeer, said } from '../fake-peer.ts';

/** What the test can tell the fake peer to do. */
export type Order =
  | { readonly do: 'show'; readonly notices: readonly Notice[] }
  | { readonly do: 'become'; readonly status: PeerStatus }
  | { readonly do: 'refuse'; readonly command: CommandName; readonly input: string }
  /** The time of day from now on. */
  | { readonly do: 'time'; readonly timeMs: number }
  | { readonly do: 'terminate' };

const { CONTROL = '', FACE = 'repl' } = process.env;
const peer = new FakePeer();
const control = connect(CONTROL);

function refuse(command: CommandName, input: string): void {
  peer.notices.next({ window: 'command', type: 'refused', command, input, error: new NotJoinedError() });
}

peer.onCommand = (command: Command): void => {
  control.write(`${JSON.stringify(command)}\n`);
  if (command.type === 'QUIT') peer.terminate();
  if (command.type !== 'SEND') return;
  const { user, room } = peer.status();
  if (room === null || user === null) refuse('send', command.text);
  else peer.notices.next({ ...said(user, command.text), own: true } as Notice);
};

let timeMs = new Date(2026, 0, 2, 3, 4, 5).getTime();

function obey(order: Order): void {
  if (order.do === 'time') timeMs = order.timeMs;
  if (order.do === 'show') for (const notice of order.notices) peer.notices.next(notice);
  if (order.do === 'become') peer.become(order.status);
  if (order.do === 'refuse') refuse(order.command, order.input);
  if (order.do === 'terminate') peer.terminate();
}

// As the composition root does: a terminal that goes away is no reason to die without closing the links.
process.on('SIGHUP', () => {});
createInterface({ input: control }).on('line', (line) => obey(JSON.parse(line)));
control.on('connect', () => {
  control.unref();
  // Its timers are real: a paste without marks is over after a silence.
  const clock = { ...systemClock, timeOfDay: () => timeMs };
  const { stdin: input, env } = process;
  const { stream: output, finish } = openStandardOutput();
  const ended =
    FACE === 'line'
      ? runLineMode(peer, { input, output, clock, json: false })
      : runRepl(peer, { input, output, clock, color: true, env });
  void ended.then(finish);
  peer.start();
});
