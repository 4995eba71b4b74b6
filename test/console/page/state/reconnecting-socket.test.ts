/** The page's sockets come back, with pauses, and are not heard after their end. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PAGE_LIMITS } from '../../../../src/console/limits.ts';
import {
  type PlainSocket,
  pauseMs,
  ReconnectingSocket,
} from '../../../../src/console/page/state/socket/reconnecting-socket.ts';

class FakeSocket implements PlainSocket {
  readyState = 0;
  onopen: PlainSocket['onopen'] = null;
  onmessage: PlainSocket['onmessage'] = null;
  onclose: PlainSocket['onclose'] = null;
  readonly sent: string[] = [];

  send(text: string): void {
    this.sent.push(text);
  }
  close(code = 1_006): void {
    this.readyState = 3;
    this.onclose?.({ code } as never);
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.({} as never);
  }
  says(data: unknown): void {
    this.onmessage?.({ data } as never);
  }
}

function setUp() {
  const sockets: FakeSocket[] = [];
  const heard: string[] = [];
  const socket = new ReconnectingSocket(
    () => {
      const made = new FakeSocket();
      sockets.push(made);
      return made;
    },
    { connection: (state) => heard.push(state), message: (text) => heard.push(`> ${text}`) },
  );
  socket.start();
  const newest = () => sockets.at(-1) ?? new FakeSocket();
  return { socket, sockets, heard, newest };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a socket of the page', () => {
  test('tells its messages in order, texts only', () => {
    const { heard, newest } = setUp();
    newest().opens();
    newest().says('one');
    newest().says(new ArrayBuffer(2));
    newest().says('two');
    expect(heard).toEqual(['connecting', 'open', '> one', '> two']);
  });

  test('sends while it is open only', () => {
    const { socket, newest } = setUp();
    expect(socket.send('too early')).toBe(false);
    newest().opens();
    expect(socket.send('now')).toBe(true);
    expect(newest().sent).toEqual(['now']);
    newest().close();
    expect(socket.send('too late')).toBe(false);
  });

  test('is opened again after pauses that double up to the longest', () => {
    const { sockets, newest } = setUp();
    const pauses = [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000];
    for (const [attempt, ms] of pauses.entries()) {
      newest().close();
      vi.advanceTimersByTime(ms - 1);
      expect(sockets).toHaveLength(attempt + 1);
      vi.advanceTimersByTime(1);
      expect(sockets).toHaveLength(attempt + 2);
    }
  });

  test('begins with the short pause again once it was open', () => {
    const { sockets, newest } = setUp();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      newest().close();
      vi.runOnlyPendingTimers();
    }
    newest().opens();
    newest().close();
    vi.advanceTimersByTime(PAGE_LIMITS.reconnectMinMs);
    expect(sockets).toHaveLength(7);
  });

  test('is over when it is stopped: no pause runs on, nothing is told', () => {
    const { socket, heard, newest } = setUp();
    newest().opens();
    socket.stop();
    newest().says('late');
    expect(vi.getTimerCount()).toBe(0);
    expect(heard).toEqual(['connecting', 'open']);
  });

  test('tells the end of the program once, and comes back with the program', () => {
    const { heard, newest } = setUp();
    newest().opens();
    newest().close(1_001);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      vi.runOnlyPendingTimers();
      newest().close();
    }
    expect(heard).toEqual(['connecting', 'open', 'ended']);
    vi.runOnlyPendingTimers();
    newest().opens();
    newest().close();
    expect(heard).toEqual(['connecting', 'open', 'ended', 'open', 'closed']);
  });

  test('a pause is never over the longest, however often it has failed', () => {
    expect(pauseMs(1_000_000)).toBe(PAGE_LIMITS.reconnectMaxMs);
  });
});
