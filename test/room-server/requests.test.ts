import { describe, expect, test } from 'vitest';
import { JOIN_ALICE, M_ALICE, Sessions, UNKNOWN } from './tools/sessions.ts';

const JOIN_FORMAT = 'F:JOIN message - Wrong format!!::\r\n';

describe('requests and segments', () => {
  const requests = `L::\r\n${JOIN_ALICE}BAD::\r\nD:room:alice:127.0.0.1:5001::\r\n`;
  const replies = ['G::\r\n', M_ALICE, UNKNOWN, 'S::\r\n'];

  test('coalesced requests are answered each, in order, by one write each', () => {
    const { connection } = new Sessions().open('1');
    connection.receive(requests);
    expect(connection.takeWrites()).toEqual(replies);
  });

  test('requests cut in two at any point are answered the same', () => {
    for (let at = 1; at < requests.length; at += 1) {
      const { connection } = new Sessions().open('1');
      connection.receive(requests.slice(0, at));
      connection.receive(requests.slice(at));
      expect(connection.takeWrites(), `cut at ${at}`).toEqual(replies);
    }
  });

  test('requests that come byte by byte are answered as soon as each is complete', () => {
    const { connection } = new Sessions().open('1');
    for (const character of JOIN_ALICE.slice(0, -1)) connection.receive(character);
    expect(connection.takeWrites()).toEqual([]);
    connection.receive('\n');
    expect(connection.takeWrites()).toEqual([M_ALICE]);
  });
});

describe('what is no request', () => {
  test.each([
    ['L:x::\r\n', 'F:LIST message - Wrong format!!::\r\n'],
    ['LIST::\r\n', 'F:LIST message - Wrong format!!::\r\n'],
    ['J::\r\n', JOIN_FORMAT],
    ['J:room:alice:127.0.0.1::\r\n', JOIN_FORMAT],
    ['J:room:alice:127.0.0.1:5001:more::\r\n', JOIN_FORMAT],
    ['J:room::127.0.0.1:5001::\r\n', JOIN_FORMAT],
    ['J::alice:127.0.0.1:5001::\r\n', JOIN_FORMAT],
    ['J:ro om:alice:127.0.0.1:5001::\r\n', JOIN_FORMAT],
    ['J:room:al\xefce:127.0.0.1:5001::\r\n', JOIN_FORMAT],
    [`J:room:${'u'.repeat(33)}:127.0.0.1:5001::\r\n`, JOIN_FORMAT],
    [`J:${'r'.repeat(33)}:alice:127.0.0.1:5001::\r\n`, JOIN_FORMAT],
    ['J:room:alice:localhost:5001::\r\n', JOIN_FORMAT],
    ['J:room:alice:127.0.0.256:5001::\r\n', JOIN_FORMAT],
    ['J:room:alice:127.0.1:5001::\r\n', JOIN_FORMAT],
    ['J:room:alice:127.0.0.1:0::\r\n', JOIN_FORMAT],
    ['J:room:alice:127.0.0.1:65536::\r\n', JOIN_FORMAT],
    ['J:room:alice:127.0.0.1:-1::\r\n', JOIN_FORMAT],
    ['J:room:alice:127.0.0.1:5e3::\r\n', JOIN_FORMAT],
    ['J:room:alice:127.0.0.1:::\r\n', JOIN_FORMAT],
    ['D:room:alice::\r\n', 'F:DEPART message - Wrong format!!::\r\n'],
    ['::\r\n', UNKNOWN],
    ['l::\r\n', UNKNOWN],
    ['G::\r\n', UNKNOWN],
    ['A::\r\n', UNKNOWN],
    ['S::\r\n', UNKNOWN],
    ['K:room:alice::\r\n', UNKNOWN],
    ['P:room:alice:127.0.0.1:5001:0::\r\n', UNKNOWN],
    ['T:room:1:alice:1:5:hello::\r\n', UNKNOWN],
    ['T:room:1:alice:1:4:hello::\r\n', UNKNOWN],
    ['T:room:1:alice:1:900:short::\r\n', UNKNOWN],
    ['T:room:1:alice:1:9000:short::\r\n', UNKNOWN],
    ['T::\r\n', UNKNOWN],
    ['\x00\xff\x01::\r\n', UNKNOWN],
    ['GET / HTTP/1.1\r\n\r\nhost::\r\n', UNKNOWN],
  ])('%j is answered by %j, and the connection goes on', (request, reply) => {
    const { connection } = new Sessions().open('1');
    connection.receive(`${request}L::\r\n`);
    expect(connection.takeWrites()).toEqual([reply, 'G::\r\n']);
    expect(connection.isEnded).toBe(false);
  });

  test('names of 32 characters are legal', () => {
    const { connection } = new Sessions().open('1');
    const user = 'u'.repeat(32);
    connection.receive(`J:${'r'.repeat(32)}:${user}:127.0.0.1:5001::\r\n`);
    expect(connection.takeWrites()[0]).toMatch(new RegExp(`^M:\\d+:${user}:127\\.0\\.0\\.1:5001::\r\n$`));
  });

  test('a request of exactly 1,024 bytes is only a bad request', () => {
    const { connection } = new Sessions().open('1');
    connection.receive(`J:${'x'.repeat(1_018)}`);
    expect(connection.takeWrites()).toEqual([]);
    connection.receive('::\r\nL::\r\n');
    expect(connection.takeWrites()).toEqual([JOIN_FORMAT, 'G::\r\n']);
    expect(connection.isEnded).toBe(false);
  });

  test('over 1,024 bytes without an end mark: Unknown, EOF, and nothing after it is read', () => {
    const sessions = new Sessions();
    const { connection } = sessions.open('1');
    connection.receive(JOIN_ALICE);
    connection.receive(`L::\r\nJ:${'x'.repeat(1_022)}`);
    expect(connection.isEnded).toBe(false);
    connection.receive(`x::\r\n${JOIN_ALICE}`);
    connection.receive(JOIN_ALICE);
    expect(connection.takeWrites()).toEqual([M_ALICE, 'G:room::\r\n', UNKNOWN]);
    expect(connection.isEnded).toBe(true);
    const other = sessions.open('2').connection;
    other.receive('J:room:alice1:27.0.0.1:5001::\r\n');
    expect(other.takeWrites()[0], 'alice has been removed').toContain(':alice1:27.0.0.1:5001::\r\n');
  });
});
