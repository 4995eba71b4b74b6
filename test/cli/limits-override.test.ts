/**
 * Goal: P2PCHAT_LIMITS replaces the limits that it names and no others, and says in one sentence what is
 * wrong.
 */
import { expect, test } from 'vitest';
import { LIMITS_VARIABLE, programLimits } from '../../src/cli/settings/limits-override.ts';
import { CONSOLE_LIMITS } from '../../src/console/limits.ts';
import { PEER_LIMITS } from '../../src/limits/peer.ts';
import { ROOM_SERVER_LIMITS } from '../../src/limits/room-server.ts';

const DEFAULTS = { peer: PEER_LIMITS, roomServer: ROOM_SERVER_LIMITS, console: CONSOLE_LIMITS };

test('without the variable, or with nothing in it, the limits are those of the program', async () => {
  for (const env of [
    {},
    { [LIMITS_VARIABLE]: '' },
    { [LIMITS_VARIABLE]: '{}' },
    { [LIMITS_VARIABLE]: '{"peer":{}}' },
  ])
    expect(await programLimits(env)).toEqual(DEFAULTS);
});

test('what it names is replaced, and nothing else', async () => {
  const text = '{"peer":{"keepaliveMs":0.5},"roomServer":{"monitorMs":1000,"roomsMax":0}}';
  expect(await programLimits({ [LIMITS_VARIABLE]: text })).toEqual({
    peer: { ...PEER_LIMITS, keepaliveMs: 0.5 },
    roomServer: { ...ROOM_SERVER_LIMITS, monitorMs: 1_000, roomsMax: 0 },
    console: CONSOLE_LIMITS,
  });
});

test.each([
  ['{', 'P2PCHAT_LIMITS is no JSON: {'],
  ['7', 'P2PCHAT_LIMITS is no JSON object: 7'],
  ['[]', 'P2PCHAT_LIMITS is no JSON object: []'],
  ['null', 'P2PCHAT_LIMITS is no JSON object: null'],
  ['{"pear":{}}', 'P2PCHAT_LIMITS has "pear", not one of peer, roomServer, console.'],
  ['{"toString":{}}', 'P2PCHAT_LIMITS has "toString", not one of peer, roomServer, console.'],
  ['{"peer":7}', 'P2PCHAT_LIMITS wants an object of limits.'],
  ['{"peer":null}', 'P2PCHAT_LIMITS wants an object of limits.'],
  ['{"console":[]}', 'P2PCHAT_LIMITS wants an object of limits.'],
  ['{"peer":{"keepalive":1}}', 'P2PCHAT_LIMITS: there is no limit keepalive.'],
  ['{"peer":{"constructor":1}}', 'P2PCHAT_LIMITS: there is no limit constructor.'],
  ['{"peer":{"keepaliveMs":-1}}', 'P2PCHAT_LIMITS: keepaliveMs wants a number that is not negative.'],
  ['{"peer":{"keepaliveMs":"1"}}', 'P2PCHAT_LIMITS: keepaliveMs wants a number that is not negative.'],
  ['{"peer":{"keepaliveMs":null}}', 'P2PCHAT_LIMITS: keepaliveMs wants a number that is not negative.'],
  ['{"roomServer":{"monitorMs":1e999}}', 'P2PCHAT_LIMITS: monitorMs wants a number that is not negative.'],
])('%s is refused', async (text, sentence) => {
  await expect(programLimits({ [LIMITS_VARIABLE]: text })).rejects.toMatchObject({
    name: 'CannotRunError',
    message: sentence,
  });
});
