/** One recording on the page: summary, overlay, space-time diagram and charts. */
import type { Recording } from '../recording.ts';
import { hopsChart, latencyChart } from './drawing/charts.ts';
import { diagramMarkup } from './drawing/diagram-markup.ts';
import { framesChart } from './drawing/frames-chart.ts';
import { overlayMarkup } from './drawing/overlay-markup.ts';
import { type Html, html, scriptJson } from './html.ts';
import { pageData } from './page-data.ts';
import { faultLegend, faultTable, peerTable, summary } from './summary.ts';

/** All that is shown of a recording, under the title that it is given. */
export function section(recording: Recording, title?: Html): Html {
  return html`<section class="world" data-world="">
    ${title}${summary(recording)}
    <noscript>
      <p class="card">The overlay and the messages are drawn by this page's own script, which is off.</p>
    </noscript>
    ${overlayMarkup()}
    ${diagramMarkup(faultLegend(recording))}
    <div class="charts">${latencyChart(recording)}${hopsChart(recording)}${framesChart(recording)}</div>
    ${faultTable(recording)}
    ${peerTable(recording)}
    <script type="application/json" data-part="data">${scriptJson(pageData(recording))}</script>
  </section>`;
}
