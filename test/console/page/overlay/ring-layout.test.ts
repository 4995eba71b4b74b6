import { describe, expect, it } from 'vitest';
import {
  chooseLabels,
  curveOf,
  curvesPath,
  DRAWING,
  dotRadius,
  dotsPath,
  headsPath,
  memberAt,
  type Point,
  placeOf,
  pointOn,
  reversed,
} from '../../../../src/console/page/views/overlay/ring/ring-layout.ts';

function distance(left: Point, right: Point): number {
  return Math.hypot(left.x - right.x, left.y - right.y);
}

describe('placeOf', () => {
  it('begins at the top and goes clockwise, on the circle', () => {
    const [top, right] = [placeOf(0, 4), placeOf(1, 4)];
    expect([top.x, top.y].map(Math.round)).toEqual([0, -DRAWING.radius]);
    expect([right.x, right.y].map(Math.round)).toEqual([DRAWING.radius, 0]);
  });

  it.each([1, 2, 5, 1_000])('is found again by memberAt, among %i members', (count) => {
    for (let index = 0; index < count; index += 1) expect(memberAt(placeOf(index, count), count)).toBe(index);
  });

  it('leaves every dot its room', () => {
    for (const count of [2, 5, 30, 100, 400])
      expect(distance(placeOf(0, count), placeOf(1, count))).toBeGreaterThan(2 * dotRadius(count));
  });
});

describe('curveOf', () => {
  it('runs from rim to rim, without touching the dots', () => {
    const curve = curveOf(0, 2, 5);
    expect(distance(curve.start, placeOf(0, 5))).toBeGreaterThan(dotRadius(5));
    expect(distance(curve.end, placeOf(2, 5))).toBeGreaterThan(dotRadius(5));
    expect(pointOn(curve, 0)).toEqual(curve.start);
    expect(pointOn(curve, 1)).toEqual(curve.end);
  });

  it('leads a pair of opposite links apart', () => {
    const [there, back] = [curveOf(0, 2, 5), curveOf(2, 0, 5)];
    expect(distance(pointOn(there, 0.5), pointOn(back, 0.5))).toBeGreaterThan(10);
  });

  it('goes around the dots that lie between', () => {
    const curve = curveOf(0, 2, 60);
    for (let share = 0; share <= 1; share += 0.05)
      expect(distance(pointOn(curve, share), placeOf(1, 60))).toBeGreaterThan(dotRadius(60));
  });

  it('is the same way back, reversed', () => {
    const curve = curveOf(1, 4, 9);
    expect(pointOn(reversed(curve), 0.25)).toEqual(pointOn(curve, 0.75));
  });
});

describe('paths', () => {
  it('are one string of plain numbers for any number of links and dots', () => {
    const curves = [curveOf(0, 1, 3), curveOf(1, 2, 3), curveOf(0, 0, 1)];
    for (const path of [curvesPath(curves), headsPath(curves, 3), dotsPath([placeOf(0, 3)], 5)])
      expect(path).toMatch(/^[MQLaz\d. -]+$/);
    expect(curvesPath(curves).match(/M/g)).toHaveLength(3);
    expect(curvesPath([])).toBe('');
  });
});

describe('chooseLabels', () => {
  const names = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `member${index}`);

  it('names everybody in a small room', () => {
    expect(chooseLabels(names(12), []).map(({ index }) => index)).toEqual(names(12).map((_, index) => index));
  });

  it('names in a big room only who is asked for', () => {
    expect(chooseLabels(names(1_000), [])).toEqual([]);
    expect(chooseLabels(names(1_000), [250, 500, -1]).map(({ index }) => index)).toEqual([250, 500]);
  });

  it('moves who is asked for aside rather than over another, and leaves out who has no room', () => {
    const labels = chooseLabels(names(1_000), [250, 251, 252, 253, 254, 255, 256, 257]);
    expect(labels.map(({ index }) => index)).toEqual([250, 251, 252, 253]);
    const heights = labels.map(({ at }) => at.y).sort((left, right) => left - right);
    for (const [index, height] of heights.slice(1).entries())
      expect(height - (heights[index] ?? 0)).toBeGreaterThanOrEqual(17);
  });

  it('shortens long names, and keeps them within the drawing', () => {
    for (const label of chooseLabels(
      Array.from({ length: 8 }, () => 'w'.repeat(32)),
      [],
    )) {
      expect(label.text.length).toBeLessThan(20);
      const reach = label.anchor === 'middle' ? 0.5 : 1;
      expect(Math.abs(label.at.x) + label.text.length * 7.6 * reach).toBeLessThan(DRAWING.width / 2);
      expect(Math.abs(label.at.y)).toBeLessThan(DRAWING.height / 2);
    }
  });
});
