import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  harmless,
  harmlessJson,
  harmlessLines,
  harmlessOnPage,
  isHarmless,
} from '../../src/words/harmless.ts';

/** Told apart by numbers here, so that a mistake in the expression under test can't hide itself. */
const DANGEROUS_RANGES: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x61c, 0x61c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2064],
  [0x2066, 0x206f],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xe0001, 0xe0001],
  [0xe0020, 0xe007f],
];

function isDangerous(code: number): boolean {
  return DANGEROUS_RANGES.some(([first, last]) => code >= first && code <= last);
}

function dangerousIn(text: string): string[] {
  return [...text].filter((character) => isDangerous(character.codePointAt(0) ?? 0));
}

/** Any UTF-16 at all, with the dangerous ones made frequent. */
const anything = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0x20, max: 0x7e }),
      fc.constantFrom(...DANGEROUS_RANGES.flat().filter((code) => code <= 0xffff)),
      fc.integer({ min: 0xd800, max: 0xdfff }),
    ),
  )
  .map((codes) => String.fromCharCode(...codes));

describe('harmlessOnPage', () => {
  test.each([
    ['a family', '👨‍👩‍👧‍👦'],
    ['with a skin colour', '👩🏽‍🚀'],
    ['with a variation selector', '❤️‍🔥 🏳️‍🌈'],
    ['a flag that is spelt in tags', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['a keycap', '1️⃣'],
    ['Persian with a non-joiner', 'می‌خواهم'],
    ['Devanagari with a joiner', 'क्‍ष'],
    ['Malayalam', 'ന്‍റെ'],
  ])('%s is left alone', (_, text) => {
    expect(harmlessOnPage(text)).toBe(text);
  });

  test.each([
    ['a lone joiner', '\u200d', '\\u{200d}'],
    ['a joiner at the end', '👩\u200d', '👩\\u{200d}'],
    ['two joiners', '👩\u200d\u200d🚀', '👩\\u{200d}\\u{200d}🚀'],
    ['a name that looks like another', 'al\u200cice', 'al\\u{200c}ice'],
    ['a zero-width space', '👩\u200b🚀', '👩\\u{200b}🚀'],
    ['tags without a flag', 'a\u{e0067}\u{e007f}', 'a\\u{e0067}\\u{e007f}'],
    ['hidden words behind a flag', '🏴\u{e0041}\u{e007f}', '🏴\\u{e0041}\\u{e007f}'],
    ['bidi overrides', '\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['controls', '\x1b[31m', '^[[31m'],
  ])('%s is written out', (_, text, shown) => {
    expect(harmlessOnPage(text)).toBe(shown);
  });

  test('leaves nothing dangerous but joiners between two others, and changes nothing else', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const shown = harmlessOnPage(text);
        expect(dangerousIn(shown).filter((character) => !/[\u200c\u200d]/.test(character))).toEqual([]);
        expect(shown).not.toMatch(/^[\u200c\u200d]|[\u200c\u200d]{2}|[\u200c\u200d]$/);
        if (isHarmless(text)) expect(shown).toBe(text);
      }),
    );
  });
});

describe('harmless', () => {
  test.each([
    ['\x1b[31m', '^[[31m'],
    ['a\r\n[cmd] forged', 'a^M^J[cmd] forged'],
    ['\t\x00\x7f\x07', '^I^@^?^G'],
    ['\x9b2J', '\\x9b2J'],
    ['\x80\x9f', '\\x80\\x9f'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
    ['\u2028\u2029\u061c', '\\u{2028}\\u{2029}\\u{61c}'],
    ['\ud83d', '\\u{d83d}'],
    ['\u{e0041}', '\\u{e0041}'],
  ])('%j is shown as %j', (text, shown) => {
    expect(harmless(text)).toBe(shown);
    expect(isHarmless(text)).toBe(false);
  });

  test.each(['', 'plain', 'Grüße aus Zürich', '你好', '😀 \u0301', '\u00a0'])('%j is left alone', (text) => {
    expect(harmless(text)).toBe(text);
    expect(isHarmless(text)).toBe(true);
  });

  test('nothing dangerous comes out, whatever goes in', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(dangerousIn(harmless(text))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('printable ASCII comes out as it went in', () => {
    const ascii = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((c) => String.fromCharCode(c)),
    });
    fc.assert(
      fc.property(ascii, (text) => {
        expect(harmless(text)).toBe(text);
      }),
    );
  });

  test('what is harmless already stays as it is', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(harmless(harmless(text))).toBe(harmless(text));
      }),
    );
  });
});

describe('harmlessLines', () => {
  /** Plain lines are frequent, and so are those that only a line feed makes dangerous. */
  const line = fc.oneof(anything, fc.string(), fc.constantFrom('', 'plain', 'a\n[cmd] forged', '\n'));

  test('each line comes out as it would alone, with its end', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        expect(harmlessLines(lines)).toBe(lines.map((text) => `${harmless(text)}\n`).join(''));
      }),
      { numRuns: 2_000 },
    );
  });

  test('a line feed in a line among plain ones does not make it two', () => {
    expect(harmlessLines(['one', 'a\n[cmd] forged', 'three'])).toBe('one\na^J[cmd] forged\nthree\n');
  });
});

describe('harmlessJson', () => {
  test('nothing dangerous comes out, and it reads back exactly', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const json = harmlessJson({ text });
        expect(dangerousIn(json)).toEqual([]);
        expect(JSON.parse(json)).toEqual({ text });
      }),
      { numRuns: 2_000 },
    );
  });

  test('a character beyond 16 bits is written as two escapes', () => {
    expect(harmlessJson('\u{e0041}')).toBe('"\\udb40\\udc41"');
  });
});
