/**
 * Goal: a storm ends at a real process: of 20,000 messages of as many origins, which a neighbour sends again
 * and again, each goes on once, and the members are heard meanwhile.
 */
import { expect, test } from 'vitest';
import { dial, setScene } from '../tools/raw.ts';
import { type Address, handshake, handshakeOk, text } from '../tools/wire.ts';

const CAROL: Address = { user: 'carol', ip: '127.0.0.1', port: 9 };
const DORA: Address = { user: 'dora', ip: '127.0.0.1', port: 10 };
const ORIGINS = 20_000;
const ROUNDS = 3;

test('a storm of 20,000 origins that circles is passed on once, and members are heard', async () => {
  const { alice, server } = await setScene({ others: ['bob'] });
  server.members = [...server.members, CAROL, DORA];
  const storm = await dial(alice.port);
  storm.write(handshake(CAROL));
  await storm.waitForText(handshakeOk());
  const dora = await dial(alice.port);
  dora.write(handshake(DORA));
  await dora.waitForText(handshakeOk());

  const origins = Array.from({ length: ORIGINS }, (_, index) => `T:room1:${index}:x:1:1:s::\r\n`);
  for (let round = 1; round <= ROUNDS; round += 1) {
    storm.write(origins.join(''));
    storm.write(text(CAROL, round, `round ${round}`));
    await alice.waitFor(`[msg] carol: round ${round}`);
    dora.write(text(DORA, round, `dora ${round}`));
    await alice.waitFor(`[msg] dora: dora ${round}`);
  }
  await dora.waitForText(`:round ${ROUNDS}::\r\n`);
  const passedOn = dora.received.split(':x:1:1:s::').length - 1;
  expect(passedOn).toBe(ORIGINS);
});
