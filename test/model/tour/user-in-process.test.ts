/**
 * Goal: a process in line mode is in every state, whatever happens, where the user machine says, and says so.
 */
import { expect, test } from 'vitest';
import { Coverage } from '../coverage.ts';
import { happenings } from './happenings.ts';
import { openProcessStage } from './process-stage.ts';
import { UserTour } from './user-tour.ts';

const coverage = new Coverage();

test('in every state × at everything that can happen, the process does and shows what the chart says', async () => {
  const tour = new UserTour(openProcessStage, happenings(true), coverage);
  await tour.run();
});

test('every transition of the user machine was taken by real means, but for those that line mode holds back those of the network below, and those of 256 links', () => {
  expect(coverage.missed()).toEqual([
    '(everywhere) on HEARD_AGAIN → (stays) [1 of 1]',
    '(everywhere) on ADDRESSES_CHANGED → (stays) [1 of 1]',
    'NAMED.JOINING on USER → (stays) [1 of 1]',
    'NAMED.JOINING on JOIN → (stays) [1 of 1]',
    'NAMED.JOINING on CONNECTION_ACCEPTED if isFullOfLinks → (stays) [1 of 3]',
    'IN_ROOM on CONNECTION_ACCEPTED if isFullOfLinks → (stays) [1 of 3]',
  ]);
});
