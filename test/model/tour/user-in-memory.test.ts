/**
 * Goal: a peer in the simulated network is in every state, whatever happens, where the user machine says, and
 * says so.
 */
import { expect, test } from 'vitest';
import { Coverage } from '../coverage.ts';
import { happenings } from './happenings.ts';
import { openMemoryStage } from './memory-stage.ts';
import { UserTour } from './user-tour.ts';

const coverage = new Coverage();

test('in every state × at everything that can happen, the peer is told, does and shows what its chart says', async () => {
  const tour = new UserTour(openMemoryStage, happenings(false), coverage);
  await tour.run();
});

test('every transition of the user machine was taken by real means, but for those of the network below and those of 256 links', () => {
  // test/actors/links/fair-links.test.ts takes isFullOfLinks, test/actors/offline.test.ts and
  // address-changes.test.ts take them.
  expect(coverage.missed()).toEqual([
    '(everywhere) on HEARD_AGAIN → (stays) [1 of 1]',
    '(everywhere) on ADDRESSES_CHANGED → (stays) [1 of 1]',
    'NAMED.JOINING on CONNECTION_ACCEPTED if isFullOfLinks → (stays) [1 of 3]',
    'IN_ROOM on CONNECTION_ACCEPTED if isFullOfLinks → (stays) [1 of 3]',
  ]);
});
