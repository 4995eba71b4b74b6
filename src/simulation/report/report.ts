/**
 * The report of simulated worlds as one HTML file that asks nothing of any other machine: styles, scripts
 * and data are in it, and its content security policy, which names the hashes of its own style and script,
 * lets nothing else in.
 */
import { createHash } from 'node:crypto';
import type { Recording } from '../recording.ts';
import { type Html, html, trusted } from './html.ts';
import { indexTable, inReportOrder, MOST_DRAWN, sectionId } from './index-table.ts';
import { pageScript } from './script/page-script.ts';
import { section } from './section.ts';
import { pageStyle } from './style/page-style.ts';
import { verdict } from './summary.ts';

/** Renders recordings to one self-contained HTML file. */
export function renderReport(recordings: readonly Recording[]): string {
  const [first, ...others] = recordings;
  const isSingle = first !== undefined && others.length === 0;
  const title = isSingle ? `P2PChat simulation, seed ${first.seed}` : 'P2PChat simulation';
  return page(title, isSingle ? single(first) : several(recordings)).html;
}

function single(recording: Recording): Html {
  const title = html`<div class="title-row"><h1>Seed ${recording.seed}</h1>${verdict(recording)}</div>`;
  return section(recording, title);
}

function several(recordings: readonly Recording[]): Html {
  const ordered = inReportOrder(recordings);
  const sections = ordered.slice(0, MOST_DRAWN).map((recording, index) => {
    const open = index === 0 ? html` open=""` : undefined;
    return html`<details class="world-fold" id="${sectionId(recording)}"${open}>
      <summary><h2>Seed ${recording.seed}</h2> ${verdict(recording)}</summary>
      ${section(recording)}
    </details>`;
  });
  return html`${indexTable(ordered)}${sections}`;
}

function page(title: string, body: Html): Html {
  const style = pageStyle();
  const script = pageScript();
  const policy = [
    `default-src 'none'`,
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title><style>${trusted(style)}</style></head>
<body><main>${body}</main><script>${trusted(script)}</script></body></html>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
