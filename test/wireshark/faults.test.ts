/**
 * Goal: what the contract forbids (docs/PROTOCOL.md) has an expert info of its own in the dissector, at the
 * frame that is wrong, and frames beside it have none.
 */
import { expect, it } from 'vitest';
import { hasTshark } from '../capture/tshark.ts';
import { ALICE, BOB, HID, MadeUp, members, SERVER, sdbm, text } from './made-up.ts';

/** What is wrong, how it comes about, and which experts the packets behind have: of those that have any. */
type Fault = readonly [what: string, make: (made: MadeUp) => void, experts: readonly string[]];

const JOIN = `J:tea:alice:${ALICE.host}:${ALICE.port}::\r\n`;
const HANDSHAKE = `P:tea:alice:${ALICE.host}:${ALICE.port}:0::\r\n`;
const LISTED = `alice:${ALICE.host}:${ALICE.port}`;

/** The answer of a room server to a J. */
const answered = (list: string) => (made: MadeUp) => {
  const server = made.connection(ALICE.host, SERVER);
  server.client(JOIN);
  server.server(list);
};
const asked =
  (...requests: string[]) =>
  (made: MadeUp) =>
    made.connection(ALICE.host, SERVER).client(...requests);
const said =
  (...frames: string[]) =>
  (made: MadeUp) =>
    made.link().client(...frames);

const FAULTS: readonly Fault[] = [
  // Frames.
  ['an unknown letter', asked('X:1::\r\n'), ['unknown']],
  ['bytes in front of a TEXT', said(`hello\r\n${text('hi')}`), ['unknown']],
  ['a NUL after a TEXT', said(`${text('hi')}\0`), ['nul']],
  ['a NUL with the rest of an older frame in front of it', said(`${text('hi')}xx::\r\n\0`), ['unknown,nul']],
  ['J without a port', asked('J:tea:alice:10.0.0.1::\r\n'), ['fields']],
  ['J with one field more', asked('J:tea:alice:10.0.0.1:5001:x::\r\n'), ['fields']],
  ['L with a field', asked('L:tea::\r\n'), ['fields']],
  ['F without a message', answered('F::\r\n'), ['fields']],
  [
    'P without a msgID',
    (made) => made.connection(ALICE.host, BOB).client('P:tea:alice:10.0.0.1:5001::\r\n'),
    ['fields'],
  ],
  ['T without a length', said('T:tea:1:alice:1::\r\n'), ['fields']],
  ['a member without a port', answered(`M:${sdbm('')}:alice:10.0.0.1::\r\n`), ['fields']],
  ['a name of 33 characters', asked(`J:${'x'.repeat(33)}:alice:10.0.0.1:5001::\r\n`), ['name']],
  ['an empty name', asked('J:tea::10.0.0.1:5001::\r\n'), ['name']],
  ['a name of two words', asked('J:tea:al ice:10.0.0.1:5001::\r\n'), ['name']],
  ['a name that is not ASCII', asked('J:tea:al\xe9:10.0.0.1:5001::\r\n'), ['name']],
  ['an address that is none', asked('J:tea:alice:10.0.0.256:5001::\r\n'), ['ip']],
  ['a host name for an address', asked('J:tea:alice:example:5001::\r\n'), ['ip']],
  ['localhost', asked('J:tea:alice:localhost:5001::\r\n'), ['localhost']],
  ['port 0', asked('J:tea:alice:10.0.0.1:0::\r\n'), ['port']],
  ['port 65536', asked('J:tea:alice:10.0.0.1:65536::\r\n'), ['port']],
  ['a port in words', asked('J:tea:alice:10.0.0.1:http::\r\n'), ['port']],
  ['a msgID in words', said(`T:tea:${HID.alice}:alice:one:2:hi::\r\n`), ['msgid']],
  [
    'a negative msgID',
    (made) => made.connection(ALICE.host, BOB).client(HANDSHAKE.replace(':0::', ':-1::')),
    ['msgid'],
  ],
  ['a nickname for an originHID', said('T:tea:alice:alice:1:2:hi::\r\n'), ['hid']],
  ['an originHID of more than 64 bits', said('T:tea:18446744073709551616:alice:1:2:hi::\r\n'), ['hid']],
  ['the hash of somebody else', said(`T:tea:${HID.bob}:alice:1:2:hi::\r\n`), ['hid']],
  ['a length that is too small', said(`T:tea:${HID.alice}:alice:1:2:hello::\r\n`), ['length']],
  [
    'a length that is too large',
    said(`T:tea:${HID.alice}:alice:1:9:hello::\r\n`, text('more', 2)),
    ['length'],
  ],
  [
    'a length that is far too large',
    said(`T:tea:${HID.alice}:alice:1:90000:hello::\r\n${text('more', 2)}`),
    ['length'],
  ],
  ['a length in words', said(`T:tea:${HID.alice}:alice:1:two:hi::\r\n`), ['length']],
  ['a length in characters', said(`T:tea:${HID.alice}:alice:1:1:\xc3\xa9::\r\n`), ['length,ascii']],
  ['content of 500 bytes', said(text('x'.repeat(500))), ['long']],
  ['content that is not ASCII', said(text('caf\xc3\xa9')), ['ascii']],
  // Lists.
  ['a wrong MSID', answered(`M:1:${LISTED}::\r\n`), ['msid']],
  ['an MSID without the last colon', answered(`M:${sdbm(LISTED)}:${LISTED}::\r\n`), ['msid']],
  ['a member twice', answered(members(LISTED, LISTED)), ['twice']],
  // Who says what, and when.
  ['a poke over TCP', said('K:tea:alice::\r\n'), ['transport']],
  [
    'a TEXT over UDP',
    (made) => made.datagram(ALICE, { ...BOB, port: SERVER.port }, text('hi')),
    ['transport'],
  ],
  [
    'a request from the room server',
    (made) => {
      const server = made.connection(ALICE.host, SERVER);
      server.client(JOIN);
      server.server(members(LISTED), 'L::\r\n');
    },
    ['direction'],
  ],
  ['an answer from a peer', asked('L::\r\n', 'G::\r\n'), ['direction']],
  ['a handshake with the room server', asked('L::\r\n', HANDSHAKE), ['direction']],
  ['a list on a link', said(members(LISTED)), ['direction']],
  [
    'F in answer to P',
    (made) => {
      const link = made.connection(ALICE.host, BOB);
      link.client(HANDSHAKE);
      link.server('F:no::\r\n');
    },
    ['direction'],
  ],
  [
    'S from the side that has sent P',
    (made) => made.connection(ALICE.host, BOB).client(HANDSHAKE, 'S:0::\r\n'),
    ['direction'],
  ],
  ['S without a P', (made) => made.connection(ALICE.host, BOB).server('S:0::\r\n'), ['handshake']],
  ['a second P', said(HANDSHAKE), ['handshake']],
  ['a second S', (made) => made.link().server('S:0::\r\n'), ['handshake']],
  ['T before a handshake', (made) => made.connection(ALICE.host, BOB).client(text('hi')), ['handshake']],
  ['T before the S', (made) => made.connection(ALICE.host, BOB).client(HANDSHAKE, text('hi')), ['handshake']],
  ['T of another room', said(text('hi').replace('tea', 'mud')), ['room']],
  ['a second request before the answer', asked('L::\r\n', 'L::\r\n'), ['outstanding']],
  ['two requests in one segment', asked(`L::\r\n${JOIN}`), ['segment,outstanding']],
  ['a request in two pieces', asked('J:tea:', 'alice:10.0.0.1:5001::\r\n'), ['segment']],
  [
    'an answer to nothing',
    (made) => made.connection(ALICE.host, SERVER).server(members(LISTED)),
    ['unasked'],
  ],
  ['the wrong answer', answered('G::\r\n'), ['unasked']],
  ['an ACK to nothing', (made) => made.datagram(BOB, ALICE, 'A::\r\n'), ['unasked']],
  [
    'an ACK after 3 s',
    (made) => {
      made.datagram(ALICE, BOB, 'K:tea:alice::\r\n');
      made.wait(3_000);
      made.datagram(BOB, ALICE, 'A::\r\n');
    },
    ['late'],
  ],
  [
    'an ACK from another port',
    (made) => {
      made.datagram(ALICE, BOB, 'K:tea:alice::\r\n');
      made.datagram({ ...BOB, port: 6_000 }, ALICE, 'A::\r\n');
    },
    ['otherport'],
  ],
];

it.skipIf(!hasTshark).each(FAULTS)('%s', (_what, make, experts) => {
  const made = new MadeUp();
  make(made);
  const found = made.dissected().map(({ experts: names }) => names.join());
  expect(found.filter((names) => names !== '')).toEqual(experts);
});
