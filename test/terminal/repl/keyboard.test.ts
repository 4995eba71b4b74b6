/** Keys, typed text and pastes, however the terminal's bytes are cut into reads. */
import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import {
  KEY_SILENCE_MS,
  PASTE_MAX_CHARACTERS,
  UNMARKED_PASTE_SILENCE_MS,
} from '../../../src/terminal/limits.ts';
import { Keyboard } from '../../../src/terminal/repl/keyboard.ts';

interface Heard {
  readonly events: string[];
  readonly clock: StepClock;
  read(bytes: Buffer): void;
}

function keyboard(): Heard {
  const events: string[] = [];
  const clock = new StepClock();
  const input = new PassThrough();
  const keys = new Keyboard({
    ...{ input, clock },
    typed: (text) => events.push(`text ${text}`),
    pasted: (text, length) => events.push(`paste ${length} ${text}`),
  });
  keys.on('data', (bytes: Buffer) => events.push(`key ${JSON.stringify(bytes.toString())}`));
  return { events, clock, read: (bytes) => input.emit('data', bytes) };
}

/** Neighbouring runs of text say the same as one. */
function joined(events: readonly string[]): string[] {
  const all: string[] = [];
  for (const event of events) {
    if (event.startsWith('text ') && all.at(-1)?.startsWith('text ')) all.push(all.pop() + event.slice(5));
    else all.push(event);
  }
  return all;
}

const INPUT = 'ab\x1b[Dc\x1b[200~äone\ntwo\x1b[201~d\x1bOA\x1b[1;5Ce\x7f\x1b[3~😀f\r\x1b[3~';
const EVENTS = [
  'text ab',
  'key "\\u001b[D"',
  'text c',
  'paste 8 äone\ntwo',
  'text d',
  'key "\\u001bOA"',
  'key "\\u001b[1;5C"',
  'text e',
  'key "\x7f"',
  'key "\\u001b[3~"',
  'text 😀f',
  'key "\\r"',
  'key "\\u001b[3~"',
];

test('any cutting into reads gives the same, in the same order', () => {
  const bytes = Buffer.from(INPUT);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), (cuts) => {
      const { events, read } = keyboard();
      let from = 0;
      for (const cut of [...cuts.sort((left, right) => left - right), bytes.length]) {
        if (cut > from) read(bytes.subarray(from, cut));
        from = Math.max(from, cut);
      }
      expect(joined(events)).toEqual(EVENTS);
    }),
  );
  const { events, read } = keyboard();
  for (const byte of bytes) read(Buffer.of(byte));
  expect(joined(events)).toEqual(EVENTS);
});

test('half a key is one after a short silence, a paste without its end is over after a longer one', () => {
  const { events, clock, read } = keyboard();
  read(Buffer.from('\x1b'));
  clock.advance(99);
  expect(events).toEqual([]);
  clock.advance(1);
  read(Buffer.from('\x1b[200~never ended'));
  clock.advance(1_000);
  read(Buffer.from('x'));
  expect(events).toEqual(['key "\\u001b"', 'paste 11 never ended', 'text x']);
});

describe('a paste that is not marked', () => {
  test.each([
    ['one\r/quit\rtwo', ['paste 13 one\r/quit\rtwo']],
    ['one\n/quit\n', ['paste 10 one\n/quit\n']],
    ['\r\n\r\nx', ['paste 5 \r\n\r\nx']],
    ['one\u2028/quit\u2029', ['paste 10 one\u2028/quit\u2029']],
    ['a\tb\rc\t', ['paste 6 a\tb\rc\t']],
    ['a\r\x03b', ['paste 4 a\r\x03b']],
    // What was typed ahead of it stays typed; its own keys are none.
    ['x\x1b[Dy\rz\x1b[D', ['text x', 'key "\\u001b[D"', 'paste 6 y\rz\x1b[D']],
    // One that is marked, right after it.
    ['a\rb\x1b[200~c\x1b[201~d', ['paste 3 a\rb', 'paste 1 c', 'text d']],
  ])('%j is one of several lines in one read', (text, expected) => {
    const { events, clock, read } = keyboard();
    read(Buffer.from(text));
    clock.advance(UNMARKED_PASTE_SILENCE_MS);
    expect(events).toEqual(expected);
  });

  test.each([
    ['one\r', ['text one', 'key "\\r"']],
    ['\r\r\n', ['key "\\r"', 'key "\\r"', 'key "\\n"']],
    ['a\r\x1b[D\x1bb\x04', ['text a', 'key "\\r"', 'key "\\u001b[D"', 'key "\\u001bb"', 'key "\\u0004"']],
    ['a\r\x1b[', ['text a', 'key "\\r"', 'key "\\u001b["']],
    ['a\r\x1b[200~b\rc\x1b[201~', ['text a', 'key "\\r"', 'paste 3 b\rc']],
    ['a\u2028', ['text a', 'key "\u2028"']],
  ])('%j is none: no text follows a line end', (text, expected) => {
    const { events, clock, read } = keyboard();
    read(Buffer.from(text));
    clock.advance(KEY_SILENCE_MS);
    expect(events).toEqual(expected);
  });

  test('holds all that comes at once after its first lines, however it is cut, and no more', () => {
    const first = 'one\rtwo';
    fc.assert(
      fc.property(fc.array(fc.constantFrom('\r', '/quit\r', 'ä', '\n', ' x ', '\x03')), (pieces) => {
        const { events, clock, read } = keyboard();
        for (const piece of [first, ...pieces]) {
          read(Buffer.from(piece));
          clock.advance(UNMARKED_PASTE_SILENCE_MS - 1);
        }
        expect(events).toEqual([]);
        clock.advance(1);
        const text = first + pieces.join('');
        expect(events).toEqual([`paste ${text.length} ${text}`]);
        read(Buffer.from('\r'));
        expect(events.at(-1)).toBe('key "\\r"');
      }),
    );
  });

  test('costs as much for each of its characters, also where it is made of line ends', () => {
    const { events, read } = keyboard();
    const before = process.cpuUsage();
    read(Buffer.from('\r'.repeat(200_000)));
    const { user, system } = process.cpuUsage(before);
    expect(events).toHaveLength(200_000);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });
});

test('of a paste that never ends no more than the limit is held, and its length is told', () => {
  const { events, read } = keyboard();
  read(Buffer.from('\x1b[200~'));
  const piece = Buffer.alloc(10_000, 'x');
  for (let count = 0; count < 100; count += 1) read(piece);
  read(Buffer.from('\x1b[201~'));
  expect(events).toHaveLength(1);
  const [, length, text = ''] = events[0]?.split(' ') ?? [];
  expect([length, text.length]).toEqual(['1000000', PASTE_MAX_CHARACTERS]);
});

test('a Tab among other characters is text, alone or last it is a key', () => {
  const { events, read } = keyboard();
  for (const keys of ['a\tb', '/jo\t', '\t']) read(Buffer.from(keys));
  expect(events).toEqual(['text a\tb', 'text /jo', 'key "\\t"', 'key "\\t"']);
});

test('an escape sequence that never ends holds nothing of what follows', () => {
  const { events, read } = keyboard();
  read(Buffer.from(`\x1b[${'1;'.repeat(5_000)}`));
  read(Buffer.from('ok'));
  expect(events).toEqual(['text ok']);
});
