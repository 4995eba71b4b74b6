/** Incarnations, links and pieces of the overlay over time, and what the page's script is given to draw. */
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../../src/simulation/faults/faults.ts';
import { aliveAt, overlaySteps, wholeAgainMs } from '../../../src/simulation/report/drawing/timeline.ts';
import { faultWords, pageData, pageMessage, ringOrder } from '../../../src/simulation/report/page-data.ts';
import { sampleRecording } from './sample.ts';
import { deliveryOf, linkOf, messageOf, peerOf, recordingOf } from './small.ts';

const PEERS = [
  peerOf('a', [0, 10_000]),
  peerOf('bb', [0, 4_000], [6_000, 10_000]),
  peerOf('ccc', [1_000, 9_000]),
];

describe('incarnations', () => {
  it('hold their beginning, not their end, but last through the end of the recording', () => {
    const recording = recordingOf({ peers: PEERS });
    const times = [0, 999, 1_000, 4_000, 6_000, 8_999, 9_000, 10_000];
    expect(times.map((time) => aliveAt(recording, time))).toEqual([2, 2, 3, 2, 3, 3, 2, 2]);
  });
});

describe('the overlay', () => {
  const links = [
    linkOf(0, 1, 500, 7_000),
    linkOf(1, 2, 2_000, 4_000),
    linkOf(2, 0, 6_500, 10_000),
    linkOf(0, 1, 8_000, 10_000),
  ];
  const recording = recordingOf({ peers: PEERS, links });

  it('is in so many pieces, links to the dead not counted', () => {
    expect(
      overlaySteps(recording).map(({ atMs, alive, links, pieces }) => [atMs, alive, links, pieces]),
    ).toEqual([
      [0, 2, 0, 2],
      [500, 2, 1, 1],
      [1_000, 3, 1, 2],
      [2_000, 3, 2, 1],
      [4_000, 2, 0, 2],
      [6_000, 3, 1, 2],
      [6_500, 3, 2, 1],
      [7_000, 3, 1, 2],
      [8_000, 3, 2, 1],
      [9_000, 2, 1, 1],
    ]);
  });

  it('is whole again some time after the last fault, at once, or never', () => {
    const steps = overlaySteps(recording);
    expect(wholeAgainMs(recording, steps)).toBe(6_500);
    expect(wholeAgainMs({ ...recording, calmMs: 6_600 }, steps)).toBe(6_600);
    const apart = recordingOf({ peers: PEERS });
    expect(wholeAgainMs(apart, overlaySteps(apart))).toBeUndefined();
  });
});

describe('the data of the page', () => {
  it('has the ring in numeric order of the HIDs', () => {
    const peers = ['10', '9', '17852666819177020069', '3382070009828795609'].map((hid) => ({
      ...peerOf('x'),
      hid,
    }));
    expect(ringOrder(recordingOf({ peers }))).toEqual([1, 0, 3, 2]);
  });

  it('has each hop from where it came and when it left there', () => {
    const deliveries = [
      deliveryOf(1, 1_010.128, 0, 1),
      deliveryOf(2, 1_030, 1, 2),
      deliveryOf(3, 1_040, 9, 3),
    ];
    const message = pageMessage(messageOf(1_000, 3, ...deliveries));
    expect(message.hops).toEqual([
      [1, 1_010.13, 0, 1_000, 1],
      [2, 1_030, 1, 1_010.13, 2],
      [3, 1_040, -1, 1_040, 3],
    ]);
    expect([message.sent, message.last]).toEqual([1_000, 1_040]);
  });

  it('has no character that could move, hide or reorder text', () => {
    const peers = [peerOf('\u202Eeve\u0007', [0, 10_000])];
    const text = JSON.stringify(pageData(recordingOf({ peers })));
    expect(text).toContain('\\\\u{202e}eve^G');
  });

  it('tells a fault without its name, and in general words where it has no own', () => {
    expect(faultWords({ fault: 'split', what: 'split a | bb' })).toBe('a | bb');
    expect(faultWords({ fault: 'pause', what: 'a stands still' })).toBe('a stands still');
    expect(faultWords({ fault: 'udp', what: 'udp' })).toBe(FAULTS.udp);
  });

  it('is the same for the same recording', () => {
    const make = (): string => JSON.stringify(pageData(sampleRecording({ seed: 3 })));
    expect(make()).toBe(make());
  });
});
