/** Line mode on streams inside the test's own process. */
import { PassThrough } from 'node:stream';
import { expect } from 'vitest';
import { parseLine } from '../../../src/terminal/grammar.ts';
import { parseJsonLine } from '../../../src/terminal/lines/json-command.ts';
import { runLineMode } from '../../../src/terminal/lines/line-mode.ts';
import { FakePeer, START } from '../fake-peer.ts';
import { stoppedClock } from '../test-clock.ts';

export const TIME_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
export const QUIT = { type: 'QUIT' };

/** A face that runs, with its peer and its streams. */
export function start({ json = false, status = START }: { json?: boolean; status?: typeof START } = {}) {
  const peer = new FakePeer(status);
  const input = new PassThrough();
  const output = new PassThrough({ encoding: 'utf8' });
  const clock = stoppedClock(TIME_MS);
  const ended = runLineMode(peer, { input, output, clock, json, parse: json ? parseJsonLine : parseLine });
  peer.start();
  return { peer, input, output, clock, ended };
}

/** Ends the input, and gives every line that was written from beginning to end. */
export async function linesAtEnd({ input, output, ended }: ReturnType<typeof start>): Promise<string[]> {
  input.end();
  await ended;
  const text = String(output.read() ?? '');
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

/** What the peer is told when these bytes come in. */
export async function commandsFor(...chunks: (string | Buffer)[]): Promise<unknown[]> {
  const face = start();
  for (const chunk of chunks) face.input.write(chunk);
  await linesAtEnd(face);
  return face.peer.commands;
}

/** Long enough for everything that is under way inside this process. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
}
