/**
 * Lays a statechart out with elkjs, in a web worker so that the page stays smooth (1.5 MB). A chart is laid
 * out once.
 */
import ELK, { type ElkNode } from 'elkjs/lib/elk-api.js';
import workerUrl from 'elkjs/lib/elk-worker.min.js?url';
import type { ChartState } from '../../../inspection/chart.ts';
import { elkGraph, type TextWidths } from './elk-graph.ts';
import type { TextWidth } from './packed-words.ts';

/** The worker of all layouts. */
let elk: InstanceType<typeof ELK> | null = null;

const layouts = new WeakMap<ChartState, Promise<ElkNode>>();

function measuring(font: string): TextWidth {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) throw new Error('this browser measures no texts');
  context.font = font;
  return (text) => context.measureText(text).width;
}

function textWidths(): TextWidths {
  const family = getComputedStyle(document.body).fontFamily;
  return { title: measuring(`600 13px ${family}`), small: measuring(`11.5px ${family}`) };
}

let widths: TextWidths | null = null;

/** The widths that the layouts were made with. */
export function drawnWidths(): TextWidths {
  widths ??= textWidths();
  return widths;
}

/**
 * Where the page is one file the script is in it, as base64: of an address of that length no worker is made.
 */
function scriptUrl(address: string): string {
  const [, base64] = /^data:[^,]*;base64,(.*)$/s.exec(address) ?? [];
  if (base64 === undefined) return address;
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }));
}

/** Starts the worker, so that the first chart that is looked at need not wait for it. */
export function prepareLayout(): void {
  elk ??= new ELK({ workerFactory: () => new Worker(scriptUrl(workerUrl)) });
}

/** The chart's graph with places and sizes; rejects if elkjs fails on it. */
export function layoutOf(chart: ChartState): Promise<ElkNode> {
  const known = layouts.get(chart);
  if (known) return known;
  prepareLayout();
  if (elk === null) throw new Error('the worker of the layouts has not started');
  const made = elk.layout(elkGraph(chart, drawnWidths()));
  layouts.set(chart, made);
  return made;
}
