/** The graphs of all five real machines, and that elkjs lays them out without an overlap. */
import ELK from 'elkjs/lib/elk.bundled.js';
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allStates } from '../../../../src/console/page/inspection/chart.ts';
import {
  arrowLabel,
  boxLines,
  drawnArrows,
  elkGraph,
} from '../../../../src/console/page/views/machines/chart/elk-graph.ts';
import { packedWords } from '../../../../src/console/page/views/machines/chart/packed-words.ts';
import { chartOf, MACHINES } from './machines.ts';

const perCharacter = (px: number) => (text: string) => text.length * px;
const WIDTHS = { title: perCharacter(8), small: perCharacter(6.5) };

function allNodes(node: ElkNode): ElkNode[] {
  return [node, ...(node.children ?? []).flatMap(allNodes)];
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Of a laid out node; its place must be there. */
function boxOf({ id, x = Number.NaN, y = Number.NaN, width = 0, height = 0 }: ElkNode): Box {
  if (Number.isNaN(x + y)) throw new Error(`${id} has no place`);
  return { left: x, right: x + width, top: y, bottom: y + height };
}

function isInside(inner: Box, outer: Box): boolean {
  return (
    inner.left >= outer.left &&
    inner.right <= outer.right &&
    inner.top >= outer.top &&
    inner.bottom <= outer.bottom
  );
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

describe.each([...MACHINES.keys()])('%s', (id) => {
  const chart = chartOf(id);

  test('every state is a node, every arrow that leads somewhere is in an edge, every other a word', () => {
    const graph = elkGraph(chart, WIDTHS);
    const nodes = allNodes(graph).map((node) => node.id);
    expect(nodes).toEqual(expect.arrayContaining(allStates(chart).map((state) => state.id)));
    expect(new Set(nodes).size).toBe(nodes.length);
    const labels = (graph.edges ?? []).flatMap(({ labels: lines }) => (lines ?? []).map(({ text }) => text));
    for (const arrow of drawnArrows(chart).flat()) expect(labels.join('\n')).toContain(arrowLabel(arrow));
    for (const state of allStates(chart)) {
      const lines = boxLines(state, WIDTHS);
      const wordsOf = (kind: string) =>
        lines.flatMap((line) => (line.kind === kind ? line.words : [])).join(' ');
      for (const [kind, names] of [
        ['entry', state.entry],
        ['exit', state.exit],
        ['runs', state.runs],
      ] as const)
        for (const name of names) expect(wordsOf(kind)).toContain(name);
      const words = lines.flatMap((line) => (line.kind === 'staying' ? line.words : []));
      const stays = state.arrows.filter(({ targets }) => targets.length === 0);
      expect(words.length > 0).toBe(stays.length > 0);
      expect(new Set(words).size).toBe(words.length);
    }
  });

  test('is laid out: states in their states, none over another, every edge with a way', async () => {
    const drawn = await new ELK().layout(elkGraph(chart, WIDTHS));
    for (const node of allNodes(drawn)) {
      const boxes = (node.children ?? []).map(boxOf);
      if (node !== drawn) expect(boxes.filter((box) => !isInside(box, boxOf(node)))).toEqual([]);
      const pairs = boxes.flatMap((one, at) => boxes.slice(at + 1).map((other) => overlap(one, other)));
      expect(pairs).not.toContain(true);
    }
    for (const edge of drawn.edges ?? []) expect(edge.sections?.length, edge.id).toBeGreaterThan(0);
  });
});

test('packed words keep their order, and no line of several is too wide', () => {
  const words = fc.array(fc.string({ minLength: 1, maxLength: 30 }));
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 60 }), (list, most) => {
      const lines = packedWords(list, most, 2, perCharacter(1));
      expect(lines.flat()).toEqual(list);
      for (const line of lines) if (line.length > 1) expect(line.join('  ').length).toBeLessThanOrEqual(most);
    }),
  );
});
