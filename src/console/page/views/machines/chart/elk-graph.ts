/**
 * A statechart as a graph for elkjs: compound states are nodes with children, transitions that lead somewhere
 * are edges with a label, and those that stay are words in the box of their state. Pure; the layout itself is
 * in layout.ts.
 *
 * Layout options are not inherited, so that every compound node has them; those of model order crash elkjs
 * 0.12.1 on compound nodes.
 */
import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.js';
import { allStates, arrowWords, type ChartArrow, type ChartState } from '../../../inspection/chart.ts';
import { packedWords, type TextWidth } from './packed-words.ts';

/** Sizes of the drawing, in pixels; machines.css has the fonts to them. */
export const SIZES = {
  padding: 12,
  title: 20,
  line: 16,
  label: 16,
  wordGap: 10,
  wordsWidth: 190,
  /** Room between a compound state's head and the states in it. */
  belowHead: 10,
} as const;

/** How wide texts are: the title of a state, and everything smaller. */
export interface TextWidths {
  readonly title: TextWidth;
  readonly small: TextWidth;
}

const LAYOUT: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'org.eclipse.elk.json.edgeCoords': 'ROOT',
  'org.eclipse.elk.json.shapeCoords': 'ROOT',
  'elk.edgeLabels.inline': 'true',
  'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.spacing.nodeNode': '28',
  'elk.spacing.edgeNode': '14',
  'elk.spacing.edgeEdge': '12',
  'elk.layered.spacing.nodeNodeBetweenLayers': '22',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
};

/** What an arrow is labelled with: `BACKWARD_LOST [hasNoLink]`. */
export function arrowLabel(arrow: ChartArrow): string {
  const { guard } = arrow;
  return [arrowWords(arrow), guard === '' ? '' : `[${guard}]`].filter((part) => part !== '').join(' ');
}

/** What an arrow that stays is called in the box of its state. */
export function stayingWord(arrow: ChartArrow): string {
  return arrowWords(arrow) || 'at once';
}

/** One line in the box of a state. */
interface BoxLine {
  /** What the words are: actions on entry and on exit, actors that run in it, events that stay in it. */
  readonly kind: 'entry' | 'exit' | 'runs' | 'staying';
  readonly words: readonly string[];
}

/** In front of the first word of a kind. */
const BOX_SIGNS = { entry: 'entry / ', exit: 'exit / ', runs: 'runs ', staying: '' } as const;

/**
 * What stands in the box of a state below its name: what is done on entry and on exit, who runs while the
 * machine is in it, and the events that it reacts to without leaving it, each once.
 */
export function boxLines(state: ChartState, widths: TextWidths): BoxLine[] {
  const staying = state.arrows.filter(({ targets }) => targets.length === 0);
  const all = {
    entry: state.entry,
    exit: state.exit,
    runs: state.runs,
    staying: [...new Set(staying.map(stayingWord))],
  };
  return (['entry', 'exit', 'runs', 'staying'] as const).flatMap((kind) => {
    const words = all[kind].map((word, at) => (at === 0 ? `${BOX_SIGNS[kind]}${word}` : word));
    const lines = packedWords(words, SIZES.wordsWidth, SIZES.wordGap, widths.small);
    return lines.map((line) => ({ kind, words: line }));
  });
}

/** The arrows that lead somewhere; those that share both ends are drawn as one, with a line for each. */
export function drawnArrows(chart: ChartState): readonly (readonly ChartArrow[])[] {
  const byEnds = new Map<string, ChartArrow[]>();
  for (const arrow of allStates(chart).flatMap(({ arrows }) => arrows)) {
    if (arrow.targets.length === 0) continue;
    const ends = `${arrow.source} ${arrow.targets.join(' ')}`;
    byEnds.set(ends, [...(byEnds.get(ends) ?? []), arrow]);
  }
  return [...byEnds.values()];
}

/** The box of a state without what is in it. */
function headSize(state: ChartState, widths: TextWidths): { width: number; height: number } {
  const lines = boxLines(state, widths);
  const lineWidths = lines.map(({ words }) => {
    const together = words.reduce((sum, word) => sum + widths.small(word), 0);
    return together + SIZES.wordGap * (words.length - 1);
  });
  return {
    width: Math.ceil(Math.max(widths.title(state.key), ...lineWidths)) + 2 * SIZES.padding,
    height: SIZES.title + lines.length * SIZES.line + 2 * SIZES.padding,
  };
}

/** The dot that a compound state's initial arrow comes from. */
export function initialId(state: ChartState): string {
  return `${state.id} (initial)`;
}

/** The mark that arrows from a state to one inside it come from: they would cross its head. */
export function everywhereId(state: string): string {
  return `${state} (everywhere)`;
}

/** Sizes of these two, in pixels. */
const DOT_SIZE = 10;
export const EVERYWHERE_SIZE = 16;

function leadsInside(arrow: ChartArrow): boolean {
  return arrow.targets.some((target) => target.startsWith(`${arrow.source}.`));
}

function toNode(state: ChartState, widths: TextWidths): ElkNode {
  const head = headSize(state, widths);
  if (state.states.length === 0) return { id: state.id, ...head };
  const inner = state.states.map((one) => toNode(one, widths));
  const dot = { id: initialId(state), width: DOT_SIZE, height: DOT_SIZE };
  const everywhere = { id: everywhereId(state.id), width: EVERYWHERE_SIZE, height: EVERYWHERE_SIZE };
  const top = head.height - SIZES.padding + SIZES.belowHead;
  return {
    id: state.id,
    children: [
      ...(state.initial === null ? [] : [dot]),
      ...(state.arrows.some(leadsInside) ? [everywhere] : []),
      ...inner,
    ],
    layoutOptions: {
      ...LAYOUT,
      'elk.padding': `[top=${top},left=18,bottom=18,right=18]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${head.width},${head.height})`,
    },
  };
}

function toEdges(arrows: readonly ChartArrow[], widths: TextWidths): ElkExtendedEdge[] {
  const [first] = arrows;
  if (first === undefined) return [];
  const lines = arrows.map(arrowLabel);
  const width = Math.ceil(Math.max(...lines.map(widths.small))) + SIZES.padding;
  const label = { text: lines.join('\n'), width, height: lines.length * SIZES.label };
  return first.targets.map((target, at) => ({
    // The first arrow's id stands for all that share its ends.
    id: at === 0 ? first.id : `${first.id} ${at}`,
    sources: [leadsInside(first) ? everywhereId(first.source) : first.source],
    targets: [target],
    labels: label.text === '' ? [] : [label],
  }));
}

/** The graph of a chart, before its layout. */
export function elkGraph(chart: ChartState, widths: TextWidths): ElkNode {
  const initials = allStates(chart).flatMap((state) =>
    state.initial === null
      ? []
      : [{ id: `${initialId(state)} →`, sources: [initialId(state)], targets: [state.initial] }],
  );
  return {
    id: '(drawing)',
    layoutOptions: { ...LAYOUT, 'elk.padding': '[top=6,left=6,bottom=6,right=6]' },
    children: [toNode(chart, widths)],
    edges: [...initials, ...drawnArrows(chart).flatMap((arrows) => toEdges(arrows, widths))],
  };
}
