/** The histogram of delivery latency and the bars of hop counts, as SVG that needs no script. */
import type { Recording } from '../../recording.ts';
import { axisTicks, counted, span, whole } from '../format.ts';
import { type Html, html } from '../html.ts';
import { hopCounts, type LatencyBin, latenciesOf, latencyHistogram, latencySummary } from '../statistics.ts';

/** The drawing area of all charts, in the units of their view box. */
export const FRAME = { width: 440, height: 270, left: 58, right: 14, top: 34, bottom: 46 } as const;

const PLOT_WIDTH = FRAME.width - FRAME.left - FRAME.right;
const PLOT_HEIGHT = FRAME.height - FRAME.top - FRAME.bottom;
const BASE = FRAME.height - FRAME.bottom;
/** Fewer bars than this would be clumsily wide. */
const LEAST_BARS = 8;
const MOST_LABELS = 9;
const LABEL_ROOM = 36;
const FEW_BINS = 6;
const MANY_BINS = 22;

interface Bar {
  readonly label: string;
  readonly count: number;
  readonly hint: string;
}

/** How long deliveries took, with the median, the 99th percentile and the maximum. */
export function latencyChart(recording: Recording): Html {
  const latencies = latenciesOf(recording);
  const summary = latencySummary(latencies);
  if (!summary) return figure('Delivery latency', 'No message reached anybody.');
  const bins = latencyHistogram(latencies);
  const isNamed = edgeLabels(bins);
  const bars = bins.map(({ fromMs, toMs, count }) => ({
    label: isNamed(fromMs) ? span(fromMs) : '',
    count,
    hint: `${span(fromMs)} to ${span(toMs)}: ${counted(count, 'delivery', 'deliveries')}`,
  }));
  const position = (latencyMs: number): number => {
    const at = bins.findIndex(({ toMs }) => latencyMs < toMs);
    const bin = bins[at];
    return bin ? at + (latencyMs - bin.fromMs) / (bin.toMs - bin.fromMs) : bins.length;
  };
  const x = (latencyMs: number): number => FRAME.left + position(latencyMs) * barWidth(bars.length);
  const p50 = mark(x(summary.p50), 'p50', 0);
  const p99 = mark(x(summary.p99), 'p99', 1);
  const text = `p50 ${span(summary.p50)} · p99 ${span(summary.p99)} · max ${span(summary.max)}`;
  return figure(
    'Delivery latency',
    text,
    chart(bars, true, 'from sending to being shown, log scale', [p50, p99]),
  );
}

/** Over how many links deliveries came. */
export function hopsChart(recording: Recording): Html {
  const counts = hopCounts(recording);
  if (counts.length === 0) return figure('Hops', 'No message reached anybody.');
  const total = counts.reduce((sum, count) => sum + count, 0);
  const links = counts.reduce((sum, count, hops) => sum + count * hops, 0);
  const bars = counts.map((count, hops) => ({
    label: String(hops),
    count,
    hint: `${counted(hops, 'link')}: ${counted(count, 'delivery', 'deliveries')}`,
  }));
  const text = `mean ${(links / total).toFixed(1)} · most ${counts.length - 1}`;
  const drawn = counts[0] === 0 ? bars.slice(1) : bars;
  return figure('Hops', text, chart(drawn, false, 'links between the sender and the receiver', []));
}

/** A chart with its title and, in a line below it, its figures. */
export function figure(title: string, text: string, ...content: readonly Html[]): Html {
  return html`<figure class="card">
    <figcaption><h3>${title}</h3><p>${text}</p></figcaption>${content}</figure>`;
}

/** The lines and numbers of a vertical axis of whole numbers from 0; `y` places a value. */
export function countAxis(ticks: readonly number[], y: (value: number) => number, title: string): Html {
  const right = FRAME.width - FRAME.right;
  const lines = ticks.map(
    (tick) => html`<line class="grid" x1="${FRAME.left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}"/>
      <text class="end" x="${FRAME.left - 8}" y="${y(tick) + 4}">${whole(tick)}</text>`,
  );
  return html`${lines}<text class="axis" x="${4}" y="14">${title}</text>`;
}

function chart(bars: readonly Bar[], isAtEdges: boolean, title: string, marks: readonly Html[]): Html {
  const ticks = axisTicks(Math.max(...bars.map(({ count }) => count)));
  const top = ticks.at(-1) ?? 1;
  const y = (value: number): number => BASE - (value / top) * PLOT_HEIGHT;
  const width = barWidth(bars.length);
  const every = isAtEdges ? 1 : Math.ceil(bars.length / MOST_LABELS);
  const shapes = bars.map(({ label, count, hint }, index) => {
    const left = FRAME.left + index * width;
    const middle = left + (isAtEdges ? 0 : width / 2);
    const text = html`<text class="middle" x="${middle}" y="${BASE + 17}">${label}</text>`;
    return html`<rect class="bar" x="${left + 1}" width="${Math.max(1, width - 2)}" y="${y(count)}"
      height="${BASE - y(count)}"><title>${hint}</title></rect>${index % every === 0 ? text : undefined}`;
  });
  const middle = FRAME.left + PLOT_WIDTH / 2;
  const box = `0 0 ${FRAME.width} ${FRAME.height}`;
  return html`<svg class="chart" viewBox="${box}" role="img" aria-label="deliveries by ${title}">
    ${countAxis(ticks, y, 'deliveries')}${shapes}${marks}
    <text class="axis middle" x="${middle}" y="${FRAME.height - 8}">${title}</text></svg>`;
}

/**
 * Which edges get a label, so that none runs into the next: all of a few, else 1 and 3 or only 1 of each
 * decade.
 */
function edgeLabels(bins: readonly LatencyBin[]): (fromMs: number) => boolean {
  if (bins.length <= FEW_BINS) return () => true;
  const digits = bins.length <= MANY_BINS ? ['1', '3'] : ['1'];
  return (fromMs) => digits.includes(String(fromMs).replace(/0+$/, ''));
}

function barWidth(bars: number): number {
  return PLOT_WIDTH / Math.max(LEAST_BARS, bars);
}

function mark(x: number, label: string, row: number): Html {
  const top = FRAME.top - 14 + row * 14;
  const isAtEnd = x > FRAME.width - LABEL_ROOM;
  return html`<line class="mark" x1="${x}" x2="${x}" y1="${top}" y2="${BASE}"/>
    <text class="mark-text ${isAtEnd ? 'end' : ''}" x="${x + (isAtEnd ? -4 : 4)}"
      y="${top + 8}">${label}</text>`;
}
