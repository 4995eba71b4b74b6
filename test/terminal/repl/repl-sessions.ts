/** Sessions of a test file, closed after each test, and the keys that tests press in them. */
import { afterEach } from 'vitest';
import { CONNECTED } from '../fake-peer.ts';
import { type SessionOptions, TerminalSession } from './terminal-session.ts';

export const LEFT = '\x1b[D';
export const UP = '\x1b[A';
export const ENTER = '\r';
export const TAB = '\t';
export const CTRL_C = '\x03';
export const CTRL_D = '\x04';

/** The prompt of CONNECTED (fake-peer.ts). */
export const PROMPT = 'CONNECTED room1 alice> ';

export const sessions: TerminalSession[] = [];

afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
});

/** A session that shows its first prompt. */
export async function started(options: SessionOptions = {}): Promise<TerminalSession> {
  const session = new TerminalSession(options);
  sessions.push(session);
  await session.until('the prompt', () => session.screen().join('') === 'START (/user NAME)>');
  return session;
}

/** A session whose peer is CONNECTED. */
export async function connected(options: SessionOptions = {}): Promise<TerminalSession> {
  const session = await started(options);
  session.control.tell({ do: 'become', status: CONNECTED });
  await session.until('the prompt', () => session.screen().join('') === PROMPT.trimEnd());
  return session;
}
