/**
 * Goal: the dissector cuts what goes over the wires into frames as the contract does (docs/PROTOCOL.md,
 * Frames), and links what belongs together.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hasTshark } from '../capture/tshark.ts';
import { ALICE, BOB, HID, MadeUp, members, SERVER, sdbm, text } from './made-up.ts';

const LISTED = [`bob:${BOB.host}:${BOB.port}`, `alice:${ALICE.host}:${ALICE.port}`] as const;

describe.skipIf(!hasTshark)('the dissector', () => {
  it('knows the hash IDs that the contract gives as examples', () => {
    expect(sdbm('alice127.0.0.15001')).toBe('3382070009828795609');
    const made = new MadeUp();
    const server = made.connection('127.0.0.1', SERVER);
    server.client('J:tea:alice:127.0.0.1:5001::\r\n');
    server.server('M:4184148821156573415:alice:127.0.0.1:5001::\r\n');
    const [join, list] = made.dissected();
    expect(join?.values('p2pchat.hid')).toEqual(['3382070009828795609']);
    expect(list?.values('p2pchat.hid')).toEqual(['3382070009828795609']);
    expect(list?.experts).toEqual([]);
  });

  it('shows each kind of frame with its fields, links answers to questions, and finds nothing wrong', () => {
    const made = new MadeUp();
    const server = made.connection(ALICE.host, SERVER);
    server.client('L::\r\n');
    server.server('G:tea:coffee::\r\n');
    server.client(`J:tea:alice:${ALICE.host}:${ALICE.port}::\r\n`);
    server.server(members(...LISTED));
    server.client('L::\r\n');
    server.server('F:LIST message - Wrong format!!::\r\n');
    server.client(`D:tea:alice:${ALICE.host}:${ALICE.port}::\r\n`);
    server.server('S::\r\n');
    const link = made.link();
    link.client(text('hello: there'));
    link.server(text('and you', 1, 'bob', HID.bob));
    made.datagram(ALICE, BOB, 'K:tea:alice::\r\n');
    made.datagram(BOB, ALICE, 'A::\r\n');
    const packets = made.dissected();
    expect(packets.flatMap(({ experts }) => experts)).toEqual([]);
    expect(packets.map(({ info }) => info)).toEqual([
      'LIST',
      'GROUPS tea, coffee',
      'JOIN tea alice (10.0.0.1:5001)',
      'MEMBERS 2 members',
      'LIST',
      'FAIL LIST message - Wrong format!!',
      'DEPART tea alice (10.0.0.1:5001)',
      'DEPART OK',
      'HANDSHAKE tea alice (10.0.0.1:5001) #0',
      'HANDSHAKE OK #0',
      'TEXT alice #1: hello: there',
      'TEXT bob #1: and you',
      'POKE tea alice',
      'ACK',
    ]);
    const numbers = packets.map(({ number }) => String(number));
    const asked = [0, 2, 4, 6, 8, 12];
    for (const place of asked) {
      expect(packets[place]?.values('p2pchat.response_in')).toEqual([numbers[place + 1]]);
      expect(packets[place + 1]?.values('p2pchat.request_in')).toEqual([numbers[place]]);
      expect(packets[place + 1]?.values('p2pchat.response_time')).toEqual(['0.100000000']);
    }
    const said = packets[10];
    expect(said?.values('p2pchat.content')).toEqual(['hello: there']);
    expect(said?.values('p2pchat.length')).toEqual(['12']);
    expect(said?.values('p2pchat.msgid')).toEqual(['1']);
    expect(said?.values('p2pchat.origin.hid')).toEqual([HID.alice]);
    expect(said?.values('p2pchat.origin.address')).toEqual(['10.0.0.1:5001']);
    expect(packets[3]?.values('p2pchat.user')).toEqual(['bob', 'alice']);
    expect(packets[3]?.values('p2pchat.members')).toEqual(['2']);
    expect(packets[3]?.values('p2pchat.hid')).toEqual([HID.bob, HID.alice]);
  });

  it('puts frames together from any segments: a TEXT by its length, whatever stands in it', () => {
    const contents = ['a::\r\nb', '::\r\n', 'x:::\r\n::\r\nT:tea:1:bob:1:3:abc::\r\n', '', 'the end'];
    const stream = contents.map((content, place) => text(content, place + 1)).join('');
    const made = new MadeUp();
    const cuts = Array.from({ length: stream.length - 1 }, (_, place) => place + 1);
    for (const cut of cuts) made.link().client(stream.slice(0, cut), stream.slice(cut));
    made.link().client(...stream);
    made.link().client(stream);
    const packets = made.dissected();
    expect(packets.flatMap(({ experts }) => experts.filter((name) => !QUIET.has(name)))).toEqual([]);
    const found = packets.flatMap((packet) => packet.values('p2pchat.content'));
    // As XML has them: what can't stand there is escaped, each in the same way.
    const once = found.slice(-contents.length);
    expect(once.map((content) => content.replaceAll('\\r\\n', '\r\n'))).toEqual(contents);
    expect(found).toEqual([...cuts, 0, 0].flatMap(() => once));
  });

  it('puts requests and answers together from single bytes, on the port of the room server', () => {
    const made = new MadeUp();
    const server = made.connection(ALICE.host, SERVER);
    server.client('L::\r\n');
    server.server(...'G:tea::\r\n');
    server.client('L::\r\n');
    server.server('G:te', 'a::\r', '\n');
    const packets = made.dissected();
    expect(packets.map(({ info }) => info)).toEqual(['LIST', 'GROUPS tea', 'LIST', 'GROUPS tea']);
    expect(packets.flatMap(({ experts }) => experts)).toEqual([]);
  });

  it('shows all frames of one segment, those of a TEXT that begins in it, too', () => {
    const made = new MadeUp();
    const link = made.link();
    const [one, two, three] = [text('one', 1), text('two', 2), text('three', 3)];
    link.client(one + two + three.slice(0, 20), three.slice(20) + text('four', 4));
    const [, , first, second] = made.dissected();
    expect(first?.info).toBe('TEXT alice #1: one | TEXT alice #2: two');
    expect(second?.info).toBe('TEXT alice #3: three | TEXT alice #4: four');
    expect(second?.values('p2pchat.content')).toEqual(['three', 'four']);
  });

  it('links copies to the first one, and tells a flood from a duplicate', () => {
    const made = new MadeUp();
    const toBob = made.link();
    const carol = { host: '10.0.0.3', port: 5_003 };
    const toCarol = made.connection(BOB.host, carol);
    toCarol.client(`P:tea:bob:${BOB.host}:${BOB.port}:0::\r\n`);
    toCarol.server('S:0::\r\n');
    const toAlice = made.connection(carol.host, ALICE);
    toAlice.client(`P:tea:carol:${carol.host}:${carol.port}:0::\r\n`);
    toAlice.server('S:0::\r\n');
    toBob.client(text('round we go'));
    toCarol.client(text('round we go'));
    toAlice.client(text('round we go'));
    toBob.client(text('round we go'));
    const texts = made.dissected().slice(-4);
    const [first, second] = texts.map(({ number }) => String(number));
    expect(texts.map((packet) => packet.values('p2pchat.text.copy').join())).toEqual(['1', '2', '3', '4']);
    expect(texts.map((packet) => packet.values('p2pchat.text.first_in').join())).toEqual([
      '',
      first,
      first,
      first,
    ]);
    // Its origin has it from the beginning; Bob has it since it came, and Carol had it from him.
    expect(texts.map((packet) => packet.values('p2pchat.text.duplicate_of').join())).toEqual([
      '',
      '',
      first,
      first,
    ]);
    expect(texts.map(({ experts }) => experts.join())).toEqual(['', '', 'duplicate', 'duplicate']);
    expect(second).not.toBe(first);
  });

  it('knows a receiver by its address, also where names are shown', () => {
    const made = new MadeUp();
    const link = made.link();
    const other = made.connection('10.0.0.3', BOB);
    other.client('P:tea:carol:10.0.0.3:5003:0::\r\n');
    other.server('S:0::\r\n');
    other.client(text('hello'));
    link.client(text('hello'));
    const hosts = made.file('hosts', `${ALICE.host} alices\n${BOB.host} bobs\n10.0.0.3 carols\n`);
    expect(made.dissected('-N', 'n', '-H', hosts).at(-1)?.experts).toEqual(['duplicate']);
  });

  it('says that an origin counts anew where it says something else under the same ID', () => {
    const made = new MadeUp();
    const link = made.link();
    link.client(text('before'), text('after the restart'));
    expect(made.dissected().at(-1)?.experts).toEqual(['incarnation']);
  });

  it('is silent about what came before the capture', () => {
    const made = new MadeUp();
    const link = made.connection(ALICE.host, BOB, false);
    link.server('S:0::\r\n');
    link.client(text('hello'));
    made.connection(ALICE.host, SERVER, false).server(members(...LISTED));
    expect(made.dissected().map(({ experts }) => experts.join())).toEqual(['', '', '']);
  });

  it('finds a length that is too large in the last message, where it is told not to wait', () => {
    const made = new MadeUp();
    made.link().client(`T:tea:${HID.alice}:alice:1:9:hello::\r\n`);
    expect(made.dissected().flatMap(({ experts }) => experts)).toEqual([]);
    const found = made.dissected('-o', 'p2pchat.waits:FALSE').at(-1);
    expect(found?.experts).toEqual(['length']);
    expect(found?.values('p2pchat.content')).toEqual(['hello']);
  });

  it('takes nothing of other protocols, and what it is told to', () => {
    const made = new MadeUp();
    const web = made.connection(ALICE.host, { host: BOB.host, port: 8_080 });
    web.client('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    web.server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    made.datagram(ALICE, { host: BOB.host, port: 9_999 }, 'hello');
    const odd = made.connection(ALICE.host, { host: BOB.host, port: 7_777 });
    odd.client('X', 'YZ::\r\n');
    expect(made.dissected()).toEqual([]);
    const decodedAs = made.dissected('-d', 'tcp.port==7777,p2pchat');
    expect(decodedAs.map(({ experts }) => experts.join())).toEqual(['unknown']);
    const byPreference = made.dissected('-o', 'p2pchat.ports:7000-7777,9999');
    expect(byPreference.map(({ experts }) => experts.join())).toEqual(['unknown', 'unknown']);
  });
});

it('has every expert info in the document, and each in the test of faults', () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  const names = [...read('../../wireshark/p2pchat.lua').matchAll(/forbidden\("(\w+)"/g)].map(
    ([, name]) => name,
  );
  expect(names.length).toBeGreaterThan(20);
  const [document, faults] = [read('../../docs/BYTES.md'), read('./faults.test.ts')];
  const tested = faults + read('./dissector.test.ts');
  expect(names.filter((name) => !document.includes(`\`${name}\``))).toEqual([]);
  expect(names.filter((name) => !new RegExp(`'(\\w+,)*${name}(,\\w+)*'`).test(tested))).toEqual([]);
});

/** Of copies of one message in many connections. */
const QUIET = new Set(['duplicate', 'incarnation']);
