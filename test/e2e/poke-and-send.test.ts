/**
 * The assignment's lists for Poke and Send, between real processes and, for the exact bytes, against bare
 * sockets.
 */
import { describe, expect, test } from 'vitest';
import { freePort } from './tools/ports.ts';
import { startMember, startPeer, startRoomServer } from './tools/program.ts';
import { dial, openUdp, type RawPeer, type Scene, setScene, startRawPeer } from './tools/raw.ts';
import { ACK, handshake, handshakeOk, poke, text } from './tools/wire.ts';

const NOT_JOINED = '[cmd] You are in no room: /join ROOM first.';

function only(others: readonly RawPeer[]): RawPeer {
  const [other] = others;
  if (!other) throw new Error('the scene has nobody else');
  return other;
}

describe('Poke', () => {
  test('before Join it is refused', async () => {
    const peer = await startPeer({ server: await freePort() });
    expect(await peer.answers('/poke bob')).toEqual([NOT_JOINED]);
    await peer.answers('/user alice');
    expect(await peer.answers('/poke bob')).toEqual([NOT_JOINED]);
    expect(await peer.answers('/poke')).toEqual([NOT_JOINED]);
  });

  test('without a name it asks whom, and shows the nicknames', async () => {
    const { alice, server, others } = await setScene({
      others: ['bob', 'carol'],
      limits: { keepaliveMs: 50 },
    });
    expect(await alice.answers('/poke')).toEqual(['[cmd] To whom you want to send the poke? bob, carol']);
    server.members = [alice.address];
    await alice.waitFor(/left the room\. You are alone in it\.$/);
    expect(await alice.answers('/poke')).toEqual([
      '[cmd] To whom you want to send the poke? Nobody else is in the room.',
    ]);
    expect(only(others).udp.datagrams).toEqual([]);
  });

  test('the own name and an unknown name are refused, and nothing is sent', async () => {
    const { alice, others } = await setScene({ others: ['bob'] });
    expect(await alice.answers('/poke alice')).toEqual([
      "[cmd] You can't poke yourself: /poke alone lists who is in the room.",
    ]);
    for (const name of ['dora', 'Bob', 'bob bob']) {
      expect(await alice.answers(`/poke ${name}`)).toEqual([
        `[cmd] ${name} is not in this room: /poke alone lists who is.`,
      ]);
    }
    alice.send('/poke bob');
    await only(others).udp.waitForDatagrams(1);
    expect(only(others).udp.datagrams).toEqual([{ text: 'K:room1:alice::\r\n', from: alice.port }]);
  });

  test('shows in both windows over there and is answered', async () => {
    const server = await startRoomServer();
    const bob = await startMember({ server: server.port, name: 'bob' });
    const alice = await startMember({ server: server.port, name: 'alice' });
    const sent = await alice.ask('/POKE bob', /^\[cmd\] Poke sent/);
    expect(sent).toBe(`[cmd] Poke sent to bob (127.0.0.1:${bob.port}).`);
    await alice.waitFor(/^\[cmd\] bob answered the poke after \d+ ms\.$/);
    await bob.waitFor('[msg] alice pokes you!');
    await bob.waitFor('[cmd] Poke from alice, answered.');
    expect(bob.messages).toEqual(['[msg] alice pokes you!']);
    expect(alice.messages).toEqual([]);
  });

  test('no ACK within 2 seconds is told', async () => {
    const { alice, others } = await setScene({ others: ['bob'] });
    const begun = performance.now();
    await alice.ask('/poke bob', '[cmd] bob has not answered the poke within 2 s.');
    // Less than 2 s by no more than the ways to the process and back.
    expect(performance.now() - begun).toBeGreaterThan(1_990);
    expect(only(others).udp.datagrams.length).toBe(1);
  });

  test('an ACK from another port counts', async () => {
    const { alice, others } = await setScene({ others: ['bob'] });
    alice.send('/poke bob');
    await only(others).udp.waitForDatagrams(1);
    const elsewhere = await openUdp();
    elsewhere.send(ACK, alice.port);
    await alice.waitFor(/^\[cmd\] bob answered the poke after/);
  });

  test('an ACK that comes too late is told, too, once; one that nobody waits for is told as a fault', async () => {
    const { alice, others } = await setScene({ others: ['bob'], limits: { pokeAnswerMs: 50 } });
    const { udp } = only(others);
    udp.send(ACK, alice.port);
    // Datagrams on this way keep their order.
    udp.send(poke('bob'), alice.port);
    await alice.waitFor('[msg] bob pokes you!');
    await alice.ask('/poke bob', '[cmd] bob has not answered the poke within 50 ms.');
    udp.send(ACK, alice.port);
    await alice.waitFor(/^\[cmd\] bob answered the poke after/);
    udp.send(ACK, alice.port);
    udp.send(poke('bob'), alice.port);
    await alice.waitFor(/^\[cmd\] A from 127\.0\.0\.1:\d+ answers no poke\.$/);
    await alice.waitForCount(2, '[msg] bob pokes you!');
    expect(alice.count(/answered the poke after/)).toBe(1);
  });

  test('is answered by A to where it came from; a wrong room or no frame at all is not', async () => {
    const { alice } = await setScene();
    const stranger = await openUdp();
    stranger.send(poke('bob', 'room2'), alice.port);
    stranger.send('K:room1::\r\n', alice.port);
    stranger.send('\x1b[2J', alice.port);
    stranger.send('K:room1:bob::\r\n', alice.port);
    await stranger.waitForDatagrams(1);
    await alice.waitFor('[cmd] Poke from bob, answered.');
    expect(stranger.datagrams).toEqual([{ text: 'A::\r\n', from: alice.port }]);
    expect(alice.messages).toEqual(['[msg] bob pokes you!']);
    expect(alice.count(/^\[cmd\] K for room room2; ours is room1, from bob \(127\.0\.0\.1:\d+\)\. /)).toBe(1);
    expect(alice.count(/^\[cmd\] K from 127\.0\.0\.1:\d+ has no user\. Bytes: "K:room1::/)).toBe(1);
  });

  test('is not answered before Join', async () => {
    const { server } = await setScene();
    const peer = await startPeer({ server: server.port, name: 'bob' });
    const stranger = await openUdp();
    stranger.send(poke('alice'), peer.port);
    await peer.waitFor(/^\[cmd\] K for room room1; we are in none, from alice /);
    expect(peer.messages).toEqual([]);
    expect(stranger.datagrams).toEqual([]);
  });
});

/** alice with a forward link to bob and a backward link from carol. */
async function setLinkedScene(words: readonly string[] = []) {
  const scene: Scene = await setScene({ others: ['bob'], words, limits: { stableLinkMs: 0 } });
  const bob = only(scene.others);
  const forward = await bob.forwardLink();
  const carol = { user: 'carol', ip: '127.0.0.1', port: 9 };
  scene.server.members = [...scene.server.members, carol];
  const backward = await dial(scene.alice.port);
  backward.write(handshake(carol));
  await scene.alice.waitFor('[cmd] Backward link from carol (127.0.0.1:9).');
  await scene.alice.sync();
  return { ...scene, forward, backward };
}

describe('Send', () => {
  test('empty input is ignored in every state', async () => {
    const { alice } = await setScene();
    const unjoined = await startPeer({ server: await freePort() });
    for (const line of ['', '/send', '/send ']) {
      expect(await unjoined.answers(line)).toEqual([]);
      expect(await alice.answers(line)).toEqual([]);
    }
  });

  test('before Join it is refused', async () => {
    const peer = await startPeer({ server: await freePort() });
    expect(await peer.answers('hello')).toEqual([NOT_JOINED]);
    await peer.answers('/user alice');
    expect(await peer.answers('/send hello')).toEqual([NOT_JOINED]);
  });

  test('joined without a link: shown here only, and the user is told; it takes no message ID', async () => {
    const { alice, server } = await setScene({ limits: { keepaliveMs: 50 } });
    expect(await alice.answers('anybody?')).toEqual([
      '[msg] alice: anybody?',
      '[cmd] Nobody is linked to you yet: the message was shown here only.',
    ]);
    const bob = await startRawPeer('bob');
    server.members = [alice.address, bob];
    const link = await bob.forwardLink();
    await alice.waitFor('[cmd] JOINED → CONNECTED.');
    alice.send('hello');
    await link.waitForText('hello');
    expect(link.chunks).toEqual([handshake(alice.address, 0), text(alice.address, 1, 'hello')]);
  });

  test('connected: one write to every link, shown in the Message window, IDs count from 1', async () => {
    const { alice, forward, backward } = await setLinkedScene();
    const sent = [text(alice.address, 1, 'hello'), text(alice.address, 2, '/quit is a command')];
    for (const [index, line] of ['hello', '//quit is a command'].entries()) {
      expect(await alice.answers(line)).toEqual([`[msg] alice: ${line.replace('//', '/')}`]);
      for (const link of [forward, backward]) await link.waitForText(sent[index] ?? '');
    }
    expect(forward.chunks).toEqual([handshake(alice.address, 0), ...sent]);
    expect(backward.chunks).toEqual([handshakeOk(0), ...sent]);
  });

  test('P and S have the last message ID that was used', async () => {
    const { alice, forward, server, others } = await setLinkedScene();
    alice.send('one');
    alice.send('two');
    await forward.waitForText('two');
    forward.close();
    const again = await only(others).until('another handshake', () => others[0]?.accepted[1]);
    await again.waitForText(handshake(alice.address, 2));
    const dora = { user: 'dora', ip: '127.0.0.1', port: 10 };
    server.members = [...server.members, dora];
    const backward = await dial(alice.port);
    backward.write(handshake(dora));
    await backward.waitForText('S:2::\r\n');
  });

  test('exactly the typed bytes are sent and shown', async () => {
    const { alice, forward } = await setLinkedScene();
    const contents = [
      ':',
      '::',
      'a:b',
      ' :: in the midst :: ',
      '  leading',
      'trailing  ',
      '   ',
      '::',
      'a\tb',
      '~!"',
    ];
    for (const content of contents) alice.send(content);
    alice.send('/send   /send takes one blank off ');
    contents.push('  /send takes one blank off ');
    const expected = contents.map((content, index) => text(alice.address, index + 1, content));
    await forward.waitForText(expected.at(-1) ?? '');
    expect(forward.received).toBe(handshake(alice.address, 0) + expected.join(''));
    await alice.sync();
    expect(alice.messages).toEqual(contents.map((content) => `[msg] alice: ${content.replace('\t', '^I')}`));
  });

  test('two programs: content arrives exactly', async () => {
    const server = await startRoomServer();
    const bob = await startMember({ server: server.port, name: 'bob' });
    const alice = await startMember({ server: server.port, name: 'alice' });
    await alice.waitFor('[cmd] JOINED → CONNECTED.');
    await bob.waitFor('[cmd] JOINED → CONNECTED.');
    const contents = ['hello', ' :a::b: ', '::', 'x'.repeat(499), 'last '];
    for (const content of contents) alice.send(content);
    await bob.waitFor('[msg] alice: last ');
    await alice.waitFor('[msg] alice: last ');
    expect(bob.messages).toEqual(contents.map((content) => `[msg] alice: ${content}`));
    expect(alice.messages).toEqual(bob.messages);
    await alice.waitFor(await bob.ask('and back', '[msg] bob: and back'));
  });

  test('499 bytes go, 500 are refused and nothing is lost by it', async () => {
    const { alice, forward } = await setLinkedScene();
    expect(await alice.answers('x'.repeat(500))).toEqual([
      '[cmd] The message has 500 bytes and must have less than 500: shorten it or send it in parts.',
    ]);
    const longest = 'y'.repeat(499);
    expect(await alice.answers(longest)).toEqual([`[msg] alice: ${longest}`]);
    await forward.waitForText('y::');
    expect(forward.chunks.slice(1)).toEqual([text(alice.address, 1, longest)]);
  });

  test('non-ASCII is refused unless --utf8 is given', async () => {
    const strict = await setLinkedScene();
    const [refusal] = await strict.alice.answers('grüße');
    expect(refusal).toMatch(/^\[cmd\] ü ß is not ASCII\. .* was not sent\. \/utf8 on .*--utf8/);
    strict.alice.send('ascii');
    await strict.forward.waitForText('ascii');
    expect(strict.forward.chunks.slice(1)).toEqual([text(strict.alice.address, 1, 'ascii')]);

    const lenient = await setLinkedScene(['--utf8']);
    const bytes = Buffer.from('grüße').toString('latin1');
    expect(await lenient.alice.answers('grüße')).toEqual(['[msg] alice: grüße']);
    await lenient.forward.waitForText(text(lenient.alice.address, 1, bytes));
    // The limit is one of bytes.
    expect(await lenient.alice.answers('ü'.repeat(250))).toEqual([expect.stringContaining('has 500 bytes')]);
  });
});
