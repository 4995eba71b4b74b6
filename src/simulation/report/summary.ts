/** The head of a section: what was simulated, whether everything held, what did not, and how to replay it. */
import type { RecordedFault, RecordedPeer, Recording, Violation } from '../recording.ts';
import { familiesOf, faultClass } from './drawing/palette.ts';
import { overlaySteps, wholeAgainMs } from './drawing/timeline.ts';
import { clock, counted, span, whole } from './format.ts';
import { type Html, html } from './html.ts';
import { faultWords, pageMessage, ringOrder } from './page-data.ts';
import { deliveryCount } from './statistics.ts';

/** Figures, replay line and violations. */
export function summary(recording: Recording): Html {
  return html`<header class="summary">
    <dl class="facts">${facts(recording)}</dl>
    <div class="replay">
      <span>Replay</span><code data-part="replay">${recording.replay}</code>
      <button type="button" data-part="copy">Copy</button>
    </div>
    ${recording.violations.length > 0 ? violations(recording) : undefined}
  </header>`;
}

/** The badge that says whether all invariants held. */
export function verdict(recording: Recording): Html {
  const count = recording.violations.length;
  return count === 0
    ? html`<span class="verdict good"><b aria-hidden="true">✓</b> all invariants held</span>`
    : html`<span class="verdict bad"><b aria-hidden="true">✗</b> ${counted(count, 'violation')}</span>`;
}

/** All faults in words, each with a button that takes the page to its moment. */
export function faultTable(recording: Recording): Html {
  const rows = recording.faults.toSorted((a, b) => a.fromMs - b.fromMs).map(faultRow);
  const title = `${counted(rows.length, 'fault')} in words`;
  return folded(title, html`<th>from</th><th>lasts</th><th>fault</th><th>what happened</th>`, rows);
}

/** All peers in the order of the ring, with their incarnations. */
export function peerTable(recording: Recording): Html {
  const rows = ringOrder(recording).flatMap((index) => {
    const peer = recording.peers[index];
    return peer ? [peerRow(peer)] : [];
  });
  const title = `${counted(rows.length, 'peer')} in the order of the ring`;
  const names = html`<th>peer</th><th>behaves like</th><th>address</th>
    <th class="number">HID</th><th>incarnations</th>`;
  return folded(title, names, rows);
}

/** The colours of those faults that occur. */
export function faultLegend(recording: Recording): Html {
  const families = familiesOf(new Set(recording.faults.map(({ fault }) => fault)));
  const items = families.map(({ title, faults }) => {
    const kinds = faults.map((fault) => html`<span class="kind ${faultClass(fault)}">${fault}</span> `);
    return html`<span class="family"><em>${title}</em> ${kinds}</span>`;
  });
  return html`<p class="legend faults-legend">${items}</p>`;
}

function facts(recording: Recording): readonly Html[] {
  const others = recording.peers.filter(({ kind }) => kind === 'other').length;
  const last = recording.messages.reduce((most, message) => Math.max(most, pageMessage(message).last), 0);
  const chat = recording.messages.filter(({ isProbe }) => !isProbe).length;
  const probes = recording.messages.length - chat;
  return [
    fact('Simulated', span(recording.endMs), `faults until ${clock(recording.calmMs)}`),
    fact(
      'Peers',
      whole(recording.peers.length),
      others > 0 ? `${others} like other implementations` : 'all ours',
    ),
    fact(
      'Messages',
      whole(recording.messages.length),
      probes > 0 ? `${whole(chat)} chat, ${whole(probes)} probes` : '',
    ),
    fact('Deliveries', whole(deliveryCount(recording)), last > 0 ? `the last at ${clock(last)}` : ''),
    fact('Faults', whole(recording.faults.length), kindsOf(recording.faults)),
    fact('In one piece', wholeAgain(recording), 'after the last fault'),
  ];
}

function wholeAgain(recording: Recording): string {
  const againMs = wholeAgainMs(recording, overlaySteps(recording));
  if (againMs === undefined) return 'never again';
  return againMs > recording.calmMs ? span(againMs - recording.calmMs) : 'at once';
}

function kindsOf(faults: readonly RecordedFault[]): string {
  const kinds = new Set(faults.map(({ fault }) => fault)).size;
  return kinds > 0 ? `of ${counted(kinds, 'kind')}` : '';
}

function fact(name: string, value: string, note: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>`;
}

function violations(recording: Recording): Html {
  return html`<ol class="violations">${recording.violations.map(violation)}</ol>`;
}

function violation({ invariant, atMs, what, peers }: Violation): Html {
  const said = peers.map((line) => html`<li>${line}</li>`);
  const details = html`<details>
    <summary>what each peer says at that moment</summary><ul>${said}</ul>
  </details>`;
  return html`<li><p><strong>${invariant}</strong> ${atButton(atMs)}</p><p>${what}</p>
    ${peers.length > 0 ? details : undefined}</li>`;
}

function folded(title: string, names: Html, rows: readonly Html[]): Html {
  return html`<details class="card fold"><summary>${title}</summary>
    <div class="scroll"><table><thead><tr>${names}</tr></thead><tbody>${rows}</tbody></table></div>
  </details>`;
}

function faultRow({ fault, fromMs, toMs, what }: RecordedFault): Html {
  const words = faultWords({ fault, what });
  const lasts = toMs > fromMs ? span(toMs - fromMs) : 'a moment';
  return html`<tr><td>${atButton(fromMs)}</td><td>${lasts}</td>
    <td><span class="kind ${faultClass(fault)}">${fault}</span></td><td>${words}</td></tr>`;
}

function peerRow({ name, duplicates, ip, hid, incarnations }: RecordedPeer): Html {
  const spans = incarnations.map(({ fromMs, toMs, end }) => `${clock(fromMs)}–${clock(toMs)} ${end}`.trim());
  const behaviour = duplicates === null ? 'our peer' : `other implementations (${duplicates})`;
  return html`<tr><th scope="row">${name}</th><td>${behaviour}</td><td>${ip}</td>
    <td class="number">${hid}</td><td>${spans.join(', ')}</td></tr>`;
}

function atButton(atMs: number): Html {
  const time = clock(atMs);
  return html`<button type="button" class="at" data-at="${atMs}" title="show this moment">${time}</button>`;
}
