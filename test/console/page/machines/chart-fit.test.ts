/** What is seen of a statechart, and how large. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  boundedScale,
  boxAround,
  centredOn,
  fittingScale,
  isFitting,
  SCALE_MAX,
  SCALE_MIN,
} from '../../../../src/console/page/views/machines/chart/chart-fit.ts';

const SMALLEST_LABEL_PX = 11.5;
const size = fc.integer({ min: 1, max: 5_000 });
const box = fc.record({ x: size, y: size, width: size, height: size });
const room = fc.record({ width: size, height: size });

test('no label is under 9 pixels, however a chart is fitted or zoomed', () => {
  fc.assert(
    fc.property(box, room, fc.double({ min: 0, max: 100, noNaN: true }), (part, place, scale) => {
      for (const chosen of [fittingScale(part, place), boundedScale(scale)]) {
        expect(chosen * SMALLEST_LABEL_PX).toBeGreaterThanOrEqual(9);
        expect(chosen).toBeLessThanOrEqual(SCALE_MAX);
      }
    }),
  );
});

test('what fits is in sight as a whole', () => {
  fc.assert(
    fc.property(box, room, (part, place) => {
      fc.pre(isFitting(part, place));
      const { left, top } = centredOn(part, SCALE_MIN, place);
      expect(part.x * SCALE_MIN).toBeGreaterThanOrEqual(left - 0.001);
      expect((part.y + part.height) * SCALE_MIN).toBeLessThanOrEqual(top + place.height + 0.001);
    }),
  );
});

test('a box is around all that it is given', () => {
  expect(boxAround([], [])).toBeNull();
  const nodes = [
    { id: 'a', x: 10, y: 20, width: 30, height: 5 },
    { id: 'b', x: 0, y: 40, width: 5, height: 5 },
  ];
  expect(boxAround(nodes, [])).toEqual({ x: 0, y: 20, width: 40, height: 25 });
});
