/** Keys, typed text and pastes, however the terminal's bytes are cut into reads. */
import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Keyboard } from '../../../src/io/terminal/keyboard.ts';
import { PASTE_MAX_CHARACTERS } from '../../../src/io/terminal/limits.ts';
import { StepClock } from '../../../src/simulation/step-clock.ts';

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

const INPUT = 'ab\x1b[Dc\x1b[200~äone\ntwo\x1b[201~d\x1bOA\x1b[1;5C\re\x7f\x1b[3~😀f';
const EVENTS = [
  'text ab',
  'key "\\u001b[D"',
  'text c',
  'paste 8 äone\ntwo',
  'text d',
  'key "\\u001bOA"',
  'key "\\u001b[1;5C"',
  'key "\\r"',
  'text e',
  'key "\x7f"',
  'key "\\u001b[3~"',
  'text 😀f',
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
