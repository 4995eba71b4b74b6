/** Goal: sdbm is that of the original room server, bit for bit, and HIDs sort by their numbers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareHashIds, hashId, sdbm } from '../../src/protocol/hash-id.ts';
import { hash } from './tools/arbitraries.ts';
import { bytesOf } from './tools/decoding.ts';

/** PROTOCOL.md, "Hash ID", word for word. */
function referenceSdbm(bytes: Uint8Array): string {
  let h = 0n;
  for (const byte of bytes) h = BigInt.asUintN(64, BigInt(byte) + (h << 6n) + (h << 16n) - h);
  return h.toString();
}

describe('sdbm', () => {
  test('gives the HIDs of PROTOCOL.md', () => {
    expect(hashId('alice', '127.0.0.1', 5001)).toBe('3382070009828795609');
    expect(hashId('bob', '127.0.0.1', 5002)).toBe('17852666819177020069');
  });

  // From room-server-transcript.json: recorded from the original.
  test.each([
    ['alice:127.0.0.1:5001:', '4184148821156573415'],
    ['Alice:127.0.0.1:5001:', '868966304129536199'],
    ['alice1:27.0.0.1:5001:', '10691274099359297465'],
    ['bob:127.0.0.1:5002:alice:127.0.0.1:5001:', '5486359548435979020'],
    ['carol:127.0.0.1:5003:bob:127.0.0.1:5002:alice:127.0.0.1:5001:', '5238104701948494018'],
    ['alice:10.0.0.9:5001:alice:127.0.0.1:5002:alice:127.0.0.1:5001:', '15481802671705511405'],
    ['uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu:127.0.0.1:5001:', '5614529071026172412'],
  ])('gives the recorded MSID of %s', (body, msid) => {
    expect(sdbm(bytesOf(body))).toBe(msid);
  });

  test('of nothing is 0', () => {
    expect(sdbm(new Uint8Array())).toBe('0');
  });

  test('equals the BigInt reference for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200, size: 'max' }), (bytes) => {
        expect(sdbm(bytes)).toBe(referenceSdbm(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test('equals the BigInt reference for a long run of the largest byte', () => {
    const bytes = new Uint8Array(10_000).fill(0xff);
    expect(sdbm(bytes)).toBe(referenceSdbm(bytes));
  });

  test('of a member does not know where its fields end: alice + 127… is alice1 + 27…', () => {
    expect(hashId('alice1', '27.0.0.1', 5001)).toBe(hashId('alice', '127.0.0.1', 5001));
  });
});

describe('compareHashIds', () => {
  test('orders by number, as BigInt does', () => {
    const anyLength = fc.oneof(hash, fc.bigInt({ min: 0n, max: 1_000n }).map(String));
    fc.assert(
      fc.property(anyLength, anyLength, (left, right) => {
        const difference = BigInt(left) - BigInt(right);
        expect(Math.sign(compareHashIds(left, right))).toBe(difference === 0n ? 0 : difference < 0n ? -1 : 1);
      }),
      { numRuns: 500 },
    );
  });

  test('tells apart what a JavaScript number does not', () => {
    expect(compareHashIds('17852666819177020069', '17852666819177020070')).toBeLessThan(0);
    expect(compareHashIds('17852666819177020070', '17852666819177020069')).toBeGreaterThan(0);
    expect(compareHashIds('17852666819177020069', '17852666819177020069')).toBe(0);
    expect(['100', '9', '18446744073709551615', '0'].sort(compareHashIds)).toEqual([
      '0',
      '9',
      '100',
      '18446744073709551615',
    ]);
  });
});
