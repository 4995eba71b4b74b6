/** The empty stage for the space-time diagram, its buttons and its legend; the page's script fills it. */
import { type Html, html } from '../html.ts';

/** Stage, hidden until the script runs; the legend of the faults is given. */
export function diagramMarkup(faults: Html): Html {
  return html`<div class="card stage" data-drawn="" hidden="">
    <div class="stage-head">
      <h3>The messages in space and time</h3>
      <p>One line per peer, in the order of the ring; time runs to the right. A slanted line is a message on
        its way over one link. Drag to zoom in, click a message to follow it. Keys: ← → + − 0.</p>
    </div>
    <div class="transport">
      <button type="button" data-part="zoom-in" aria-label="Zoom in">+</button>
      <button type="button" data-part="zoom-out" aria-label="Zoom out">−</button>
      <button type="button" data-part="pan-left" aria-label="Back">←</button>
      <button type="button" data-part="pan-right" aria-label="Forth">→</button>
      <button type="button" data-part="zoom-all">whole run</button>
      <output class="range" data-part="range"></output>
    </div>
    <svg class="overview" data-part="overview" aria-hidden="true"></svg>
    <svg class="diagram" data-part="diagram" tabindex="0" role="group" aria-label="Space-time diagram"></svg>
    <div class="transport">
      <button type="button" data-part="message-before" aria-label="Message before">◀</button>
      <button type="button" data-part="message-after" aria-label="Next message">▶</button>
      <button type="button" data-part="message-zoom">zoom to it</button>
      <button type="button" data-part="message-none">none</button>
      <output class="message" data-part="message"></output>
    </div>
    ${legend()}${faults}
  </div>`;
}

function legend(): Html {
  const hop = html`<path class="hop" d="M2 2L28 14"/><circle class="got" cx="28" cy="14" r="2.2"/>`;
  const birth = html`<path class="lifeline" d="M8 8H30"/><path class="birth" d="M8 3v10"/>`;
  const death = html`<path class="lifeline" d="M0 8H20"/><path class="death" d="M15 3l10 10m0 -10l-10 10"/>`;
  const flag = html`<path class="broken-line" d="M15 0V16"/><path class="flag" d="M10 0h10l-5 9z"/>`;
  return html`<p class="legend diagram diagram-legend">
    ${key(hop, 'one hop of a message')}
    ${key(html`<rect class="said" x="12" y="5" width="6" height="6"/>`, 'sent')}
    ${key(html`<path class="hop chosen" d="M2 2L28 14"/>`, 'the chosen message')}
    ${key(birth, 'a peer starts')}
    ${key(death, 'and ends')}
    ${key(html`<path class="moment" d="M15 0V16"/>`, 'the time of the overlay above')}
    ${key(flag, 'violation')}
  </p>`;
}

function key(shapes: Html, label: string): Html {
  return html`<span class="entry">
    <svg class="key" viewBox="0 0 30 16" aria-hidden="true">${shapes}</svg> ${label}</span>`;
}
