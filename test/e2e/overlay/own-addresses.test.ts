/** Members at addresses that every computer has for itself: the word `localhost`, and loopback addresses. */
import { expect, test } from 'vitest';
import { freePort } from '../tools/ports.ts';
import { startMember } from '../tools/program.ts';
import { dial, startRawPeer, startRawRoomServer } from '../tools/raw.ts';
import { ACK, handshake, hid, LOOPBACK, poke } from '../tools/wire.ts';

test('a member listed as `localhost` is dialled, poked and welcomed at 127.0.0.1; its HID is over the word', async () => {
  const server = await startRawRoomServer();
  const raw = await startRawPeer('bob');
  const bob = { user: 'bob', ip: 'localhost', port: raw.port };
  const port = await freePort();
  server.members = [{ user: 'alice', ip: LOOPBACK, port }, bob];
  const alice = await startMember({ server: server.port, port, name: 'alice', words: ['--strict-source'] });
  await alice.waitFor(`[cmd] Forward link to bob (localhost:${raw.port}).`);
  expect((await alice.answers('/members')).join('\n')).toContain(hid(bob));
  alice.send('/poke bob');
  const [datagram] = await raw.udp.waitForDatagrams(1);
  expect(datagram?.text).toBe(poke('alice'));
  raw.udp.send(ACK, port);
  await alice.waitFor(/bob answered the poke after/);
  const link = await dial(port);
  link.write(handshake(bob));
  await link.until('S', () => link.received.startsWith('S:'));
});

test.each([
  ['the word localhost', 'localhost', LOOPBACK],
  ['our loopback address', LOOPBACK, LOOPBACK],
  ['a loopback address, while we are at another', '127.0.0.1', '10.1.2.3'],
  ['the word localhost, while we are at another address', 'localhost', '10.1.2.3'],
  ['any loopback address', '127.9.9.9', '10.1.2.3'],
])('%s with our own port is never dialled or poked under another name', async (_, ip, advertised) => {
  const server = await startRawRoomServer();
  const port = await freePort();
  server.members = [
    { user: 'alice', ip: advertised, port },
    { user: 'bob', ip, port },
  ];
  const words = ['--advertise', advertised];
  const alice = await startMember({ server: server.port, port, name: 'alice', words });
  await alice.waitFor('[cmd] Nobody to set up a forward link to for now.');
  const answer = await alice.ask('/poke bob', /bob/);
  expect(answer).toBe(
    `[cmd] bob is listed at ${ip}:${port}, which from here is this program itself: bob must join with an address that others can reach (--advertise).`,
  );
  expect(alice.messages).toEqual([]);
  expect(await alice.state()).toBe('JOINED');
});
