/** Goal: one frame by the letter: which field is wrong, and where each stands (PROTOCOL.md, Frames). */
import { expect, test } from 'vitest';
import { faultWords, frameEnd, strictFrame, valueIn } from '../../src/protocol/dissect/strict-frame.ts';

const frame = (text: string) => strictFrame(Buffer.from(text, 'latin1'));
const faults = (text: string) => {
  const { kind, faults: found } = frame(text);
  return found.map((fault) => faultWords(kind, fault));
};

test('every frame of the contract has no fault', () => {
  const good = [
    'L::\r\n',
    'G::\r\n',
    'G:tea:coffee::\r\n',
    'J:tea:alice:127.0.0.1:5001::\r\n',
    'M:4184148821156573415:alice:127.0.0.1:5001::\r\n',
    'F:JOIN message - Wrong format!!::\r\n',
    'P:tea:alice:127.0.0.1:5001:0::\r\n',
    'S:12::\r\n',
    'T:tea:3382070009828795609:alice:1:5:a::b:::\r\n',
    'K:tea:alice::\r\n',
    'A::\r\n',
    'D:tea:alice:127.0.0.1:5001::\r\n',
    'S::\r\n',
  ];
  for (const text of good) expect(faults(text), text).toEqual([]);
});

test.each([
  [
    'J:tea:alice:localhost:5001::\r\n',
    'ip of J is "localhost"; the contract wants an IPv4 address in dotted decimal.',
  ],
  ['J:tea:alice:127.0.0.1::\r\n', 'J has no port.'],
  ['P:tea:alice:127.0.0.1:5001::\r\n', 'P has no msgID.'],
  ['K:tea:two words::\r\n', 'user of K is "two words"; the contract wants one word of 1 to 32'],
  [
    'T:tea:-5:alice:1:5:hello::\r\n',
    'originHID of T is "-5"; the contract wants a hash: 1 to 20 decimal digits.',
  ],
  ['T:tea:5:alice:1:9:hello::\r\n', 'msgLength of T is "9"; the contract wants 5, the number of bytes'],
  [
    'M:1:alice:127.0.0.1:5001::\r\n',
    'MSID of M is "1"; the contract wants 4184148821156573415, the hash of the list.',
  ],
  ['A:x::\r\n', 'field 2 of A is "x"; the contract wants no more fields.'],
  ['hello', 'type of a frame is "h"; the contract wants a letter of'],
  ['S:1', 'S has no end mark; the contract wants "::'],
])('%j: %s', (text, words) => {
  expect(faults(text)[0]).toContain(words);
});

test('a field says where it stands', () => {
  const { fields } = frame('K:tea:alice::\r\n');
  expect(fields.map(({ name, start, end }) => [name, start, end])).toEqual([
    ['type', 0, 1],
    ['room', 2, 5],
    ['user', 6, 11],
    ['end mark', 11, 15],
  ]);
  expect(valueIn({ fields }, 'user')).toBe('alice');
});

test('a TEXT ends by its length, whatever its content; one with a wrong length at its end mark', () => {
  const inner = 'T:tea:5:alice:1:9:a::\r\nb::c::\r\n';
  expect(frameEnd(`${inner}L::\r\n`)).toBe(inner.length);
  const long = 'T:tea:5:alice:1:99:short::\r\n';
  expect(frameEnd(long)).toBe(long.length);
  const short = 'T:tea:5:alice:1:2:short::\r\n';
  expect(frameEnd(`${short}L::\r\n`)).toBe(short.length);
  expect(frameEnd('T:tea:5:alice:1:9:a::')).toBe(-1);
  expect(frameEnd('L:')).toBe(-1);
});
