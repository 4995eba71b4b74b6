/** The empty stage for the overlay over time: ring, words, player and slider; the page's script fills it. */
import { type Html, html } from '../html.ts';

/** Stage, hidden until the script runs. */
export function overlayMarkup(): Html {
  return html`<div class="card stage" data-drawn="" hidden="">
    <div class="stage-head">
      <h3>The overlay over time</h3>
      <p>Peers stand clockwise in the order of their HIDs. An arrow is a link, from the peer that dialled it:
        to that one it is the forward link, to the other a backward link.</p>
    </div>
    <div class="stage-body">
      <svg class="ring" data-part="ring" viewBox="0 0 760 640" role="img"
        aria-label="The overlay at the chosen time"></svg>
      <div class="side">${words()}${ringLegend()}</div>
    </div>
    ${timeControls()}
  </div>`;
}

function words(): Html {
  return html`<p class="now"><output data-part="now"></output></p>
    <dl class="state">
      <div><dt>alive</dt><dd data-part="alive"></dd></div>
      <div><dt>links</dt><dd data-part="links"></dd></div>
      <div><dt>pieces</dt><dd data-part="pieces"></dd></div>
    </dl>
    <h4>Faults at this time</h4>
    <ul class="active" data-part="active"></ul>
    <h4><label>Links of <select data-part="peer"></select></label></h4>
    <ul class="links-of" data-part="links-of"></ul>`;
}

function timeControls(): Html {
  return html`<div class="transport">
      <button type="button" class="play" data-part="play" aria-label="Play">▶</button>
      <button type="button" data-part="earlier" title="to the change before">‹ change</button>
      <button type="button" data-part="later" title="to the next change">change ›</button>
      <label>speed
        <select data-part="speed">
          <option value="0.02">1/50</option>
          <option value="0.1">1/10</option>
          <option value="1">real time</option>
          <option value="10" selected="">10 ×</option>
          <option value="60">60 ×</option>
        </select></label>
    </div>
    <div class="scrub">
      <input type="range" data-part="slider" min="0" step="100" value="0" aria-label="Time">
      <svg class="strip" data-part="strip" aria-hidden="true"></svg>
    </div>`;
}

function ringLegend(): Html {
  const arrow = html`<path class="head" d="M28 8l-8 -4v8z"/>`;
  return html`<ul class="legend ring-legend">
    ${key(html`<circle class="peer whole" cx="15" cy="8" r="6"/>`, 'alive and linked; a number: its piece')}
    ${key(html`<circle class="peer alone" cx="15" cy="8" r="6"/>`, 'alive, no link')}
    ${key(html`<circle class="peer dead" cx="15" cy="8" r="6"/>`, 'dead')}
    ${key(html`<rect class="peer whole" x="9" y="2" width="12" height="12"/>`, 'like other implementations')}
    ${key(html`<path class="link" d="M2 8H22"/>${arrow}`, 'link, as its dialler sees it')}
    ${key(html`<path class="link failback" d="M2 8H22"/>${arrow}`, 'by failback')}
    ${key(html`<path class="link stale" d="M2 8H28"/>`, 'to a dead peer')}
  </ul>`;
}

function key(shapes: Html, label: string): Html {
  return html`<li><svg class="key" viewBox="0 0 30 16" aria-hidden="true">${shapes}</svg> ${label}</li>`;
}
