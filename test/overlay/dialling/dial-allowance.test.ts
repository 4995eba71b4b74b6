/** Goal: how often an address and a host are dialled is bounded, whatever names they are listed under. */
import { beforeEach, describe, expect, test } from 'vitest';
import { DialAllowance } from '../../../src/overlay/dialling/dial-allowance.ts';

const LIMITS = {
  connectTimeoutMs: 5_000,
  handshakeTimeoutMs: 5_000,
  dialPauseMinMs: 2_000,
  searchRetryMs: 10_000,
  dialsPerHostMax: 3,
  dialHostIntervalMs: 500,
  loopbackDialsPerHostMax: 100,
  loopbackDialHostIntervalMs: 1,
  dialAddressesMax: 4,
};
const ADDRESS = { ip: '10.0.0.1', port: 5_000 };

let allowance: DialAllowance;

beforeEach(() => {
  allowance = new DialAllowance(LIMITS);
});

function fails(nowMs: number, address = ADDRESS, wasSilent = true): number {
  allowance.failed(address, nowMs, wasSilent);
  return allowance.dueMs(address) - nowMs;
}

describe('an address', () => {
  test('that nobody has dialled may be dialled', () => {
    expect(allowance.dueMs(ADDRESS)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('is left alone after each failure, twice as long each time, up to the longest pause', () => {
    expect([0, 2_000, 6_000, 14_000, 24_000].map((nowMs) => fails(nowMs))).toEqual([
      2_000, 4_000, 8_000, 10_000, 10_000,
    ]);
  });

  test('that said no without delay has one second chance, when a link that worked is lost', () => {
    expect(fails(0, ADDRESS, false)).toBe(2_000);
    allowance.giveSecondChance(100);
    expect(allowance.dueMs(ADDRESS)).toBeLessThanOrEqual(100);
    expect(fails(200, ADDRESS, false)).toBe(4_000);
    allowance.giveSecondChance(300);
    expect(allowance.dueMs(ADDRESS)).toBe(4_200);
  });

  test('that was silent has no second chance, nor has who says no after that', () => {
    fails(0);
    allowance.giveSecondChance(100);
    expect(allowance.dueMs(ADDRESS)).toBe(2_000);
    const later = { ip: '10.0.0.2', port: 5_000 };
    allowance.giveSecondChance(200);
    expect(fails(300, later, false)).toBe(2_000);
  });

  test('that has been due for long counts anew', () => {
    fails(0);
    expect(fails(2_000 + LIMITS.searchRetryMs - 1)).toBe(4_000);
    expect(fails(100_000)).toBe(2_000);
  });

  test('is dialled under no other name while a dial is under way, as long as that can take', () => {
    allowance.dialled(ADDRESS, 0);
    expect(allowance.dueMs(ADDRESS)).toBe(10_000);
    allowance.released(ADDRESS);
    expect(allowance.dueMs(ADDRESS)).toBeLessThanOrEqual(0);
  });

  test('where a peer has answered has no failures', () => {
    fails(0);
    allowance.answered(ADDRESS);
    expect(allowance.dueMs(ADDRESS)).toBe(Number.NEGATIVE_INFINITY);
    expect(fails(10)).toBe(2_000);
  });

  test('is the same by the word localhost', () => {
    allowance.failed({ ip: 'localhost', port: 1 }, 0, true);
    expect(allowance.dueMs({ ip: '127.0.0.1', port: 1 })).toBe(2_000);
  });

  test('is not to blame when the own network is back', () => {
    fails(0);
    allowance.forgive();
    expect(allowance.dueMs(ADDRESS)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('a host', () => {
  function dialsWithin(ms: number, ip: string): number {
    let dials = 0;
    let nowMs = 0;
    while (nowMs < ms) {
      const address = { ip, port: 1 + dials };
      if (allowance.dueMs(address) > nowMs) {
        nowMs += 1;
        continue;
      }
      allowance.dialled(address, nowMs);
      allowance.answered(address);
      dials += 1;
    }
    return dials;
  }

  test('is dialled so many times at once, then once in an interval, whatever its ports', () => {
    expect(dialsWithin(1, '10.0.0.1')).toBe(3);
    expect(dialsWithin(10_000, '10.0.0.2')).toBe(3 + 19);
  });

  test('that is this computer is dialled more often', () => {
    expect(dialsWithin(1, '127.0.0.1')).toBe(100);
  });
});

test('what is remembered is bounded; who failed longest ago is forgotten first', () => {
  const addresses = [1, 2, 3, 4, 5].map((port) => ({ ip: '10.0.0.1', port }));
  for (const [nowMs, address] of addresses.entries()) allowance.failed(address, nowMs, true);
  expect(addresses.map((address) => allowance.dueMs(address) > 0)).toEqual([false, true, true, true, true]);
});
