/** Goal: names, addresses and numbers are exactly what PROTOCOL.md allows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isIpv4, isLoopback, isName, isPort, parseCount, parsePort } from '../../src/protocol/names.ts';
import { ip, name } from './tools/arbitraries.ts';

describe('a name', () => {
  test('is 1 to 32 printable ASCII characters without colon and blank, and nothing else', () => {
    for (let code = 0; code < 0x200; code += 1) {
      const isAllowed = code > 0x20 && code < 0x7f && code !== 0x3a;
      expect([code, isName(`a${String.fromCharCode(code)}`)]).toEqual([code, isAllowed]);
    }
    expect([0, 1, 32, 33].map((length) => isName('x'.repeat(length)))).toEqual([false, true, true, false]);
  });

  test('of the arbitraries is one', () => {
    fc.assert(fc.property(name, isName));
  });
});

describe('an ip', () => {
  test('is any dotted IPv4 address', () => {
    fc.assert(fc.property(ip, isIpv4));
    fc.assert(fc.property(fc.ipV4(), isIpv4));
  });

  test('is never an IPv6 address', () => {
    fc.assert(fc.property(fc.ipV6(), (address) => !isIpv4(address)));
  });

  test('is of this machine in 127.0.0.0/8 only', () => {
    expect(['127.0.0.1', '127.255.0.9'].map(isLoopback)).toEqual([true, true]);
    expect(['128.0.0.1', '12.7.0.1', '127.0.0', '127.0.0.1.evil', ''].map(isLoopback)).not.toContain(true);
  });
});

describe('a port', () => {
  test('is a whole number from 1 to 65535, in decimal without leading zeros', () => {
    expect([1, 5001, 65_535].map((port) => parsePort(String(port)))).toEqual([1, 5001, 65_535]);
    expect([1, 5001, 65_535].map(isPort)).toEqual([true, true, true]);
    const bad = [
      '',
      '0',
      '65536',
      '99999',
      '100000',
      '01',
      '+1',
      '-1',
      '1.0',
      '1e3',
      '0x1',
      ' 1',
      '1 ',
      '1\n',
    ];
    for (const text of bad) expect([text, parsePort(text)]).toEqual([text, undefined]);
  });
});

describe('a count', () => {
  test('is any number that JavaScript holds exactly', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (count) => parseCount(String(count)) === count));
  });

  test('is nothing else', () => {
    const tooBig = String(Number.MAX_SAFE_INTEGER + 1);
    for (const text of ['', '-1', '+1', '1.5', '1e3', '0x1', ' 1', '1\n', tooBig, '00000000000000001', '１'])
      expect([text, parseCount(text)]).toEqual([text, undefined]);
  });
});
