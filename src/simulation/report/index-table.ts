/** The table of seeds at the head of a report of several recordings: those with violations first. */
import type { Recording } from '../recording.ts';
import { counted, span, whole } from './format.ts';
import { type Html, html } from './html.ts';
import { deliveryCount, latenciesOf, latencySummary } from './statistics.ts';
import { verdict } from './summary.ts';

/** So many seeds are drawn; a browser holds more, a reader does not. */
export const MOST_DRAWN = 20;
/** So many seeds have a row; of the others only the number is told. */
const MOST_ROWS = 1_000;

/** Recordings with violations first, then by seed. */
export function inReportOrder(recordings: readonly Recording[]): readonly Recording[] {
  const rank = (recording: Recording): number => (recording.violations.length > 0 ? 0 : 1);
  return recordings.toSorted((a, b) => rank(a) - rank(b) || a.seed - b.seed);
}

/** Where the section of a drawn recording is on the page. */
export function sectionId(recording: Recording): string {
  return `seed-${recording.seed}`;
}

/** The head of the report; `recordings` are in the order of the report. */
export function indexTable(recordings: readonly Recording[]): Html {
  if (recordings.length === 0) return html`<h1>Nothing was simulated</h1>`;
  const bad = recordings.filter(({ violations }) => violations.length > 0).length;
  const simulatedMs = recordings.reduce((sum, { endMs }) => sum + endMs, 0);
  const rows = recordings.slice(0, MOST_ROWS).map((recording, index) => row(recording, index < MOST_DRAWN));
  const untold = recordings.length - rows.length;
  const verdicts =
    bad === 0 ? 'All invariants held in every room.' : `${counted(bad, 'room')} broke an invariant.`;
  const drawn = `The first ${MOST_DRAWN} are drawn below.`;
  return html`<header class="index">
    <h1>${counted(recordings.length, 'simulated room')}</h1>
    <p class="lead">${span(simulatedMs)} of simulated time. ${verdicts}</p>
    <div class="card scroll"><table class="seeds">
      <thead><tr>
        <th class="number">seed</th><th>result</th><th class="number">peers</th>
        <th class="number">messages</th><th class="number">deliveries</th>
        <th class="number">p50</th><th class="number">p99</th>
        <th class="number">faults</th><th class="number">simulated</th>
      </tr></thead>
      <tbody>${rows}</tbody>
    </table></div>
    ${untold > 0 ? html`<p class="lead">${whole(untold)} more without a row.</p>` : undefined}
    ${recordings.length > MOST_DRAWN ? html`<p class="lead">${drawn}</p>` : undefined}
  </header>`;
}

function row(recording: Recording, isDrawn: boolean): Html {
  const { seed, peers, messages, faults, endMs } = recording;
  const latency = latencySummary(latenciesOf(recording));
  const figures = [
    whole(peers.length),
    whole(messages.length),
    whole(deliveryCount(recording)),
    latency ? span(latency.p50) : '–',
    latency ? span(latency.p99) : '–',
    whole(faults.length),
    span(endMs),
  ];
  const name = isDrawn ? html`<a href="#${sectionId(recording)}">${seed}</a>` : html`${seed}`;
  const cells = figures.map((figure) => html`<td class="number">${figure}</td>`);
  return html`<tr><th scope="row" class="number">${name}</th><td>${result(recording)}</td>${cells}</tr>`;
}

function result(recording: Recording): Html {
  if (recording.violations.length === 0) return verdict(recording);
  const names = [...new Set(recording.violations.map(({ invariant }) => invariant))];
  return html`${verdict(recording)} <span class="broken">${names.join('; ')}</span><br>
    <code>${recording.replay}</code>`;
}
