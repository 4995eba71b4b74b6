/** Page script: the strip under the time slider: faults as ticks, and the pieces of the overlay over time. */

/** See `page-script.ts`. */
export const STRIP_SCRIPT = `
/** Half of the slider's thumb: the strip lies exactly under its track. */
const THUMB = 8;
const STRIP = { lanes: 4, lane: 6, top: 2, base: 50 };

function drawStrip(world) {
  const svg = world.parts.strip;
  const width = svg.clientWidth || 1000;
  svg.setAttribute('viewBox', '0 0 ' + width + ' 66');
  svg.replaceChildren();
  function x(time) { return THUMB + (time / world.data.end) * (width - 2 * THUMB); }
  drawTicks(world, svg, x, STRIP.top, STRIP.lane, STRIP.lanes);
  shape(svg, 'line', { class: 'base', x1: THUMB, x2: width - THUMB, y1: STRIP.base, y2: STRIP.base });
  const most = world.data.steps.reduce(function (sum, step) { return Math.max(sum, step[3]); }, 2);
  world.data.steps.forEach(function (step, at) {
    if (step[3] < 2) return;
    const next = world.data.steps[at + 1];
    const right = x(next ? next[0] : world.data.end);
    const height = clamp((step[3] - 1) / (most - 1) * 20, 5, 20);
    const bar = shape(svg, 'rect', { class: 'pieces', x: x(step[0]), width: Math.max(1, right - x(step[0])),
      y: STRIP.base - height, height: height });
    hinted(bar, plural(step[3], 'piece') + ' from ' + clock(step[0], 1));
  });
  shape(svg, 'text', { x: THUMB, y: 63 }, 'above the line: the overlay is in more than one piece (up to ' +
    most + ')');
  for (const violation of world.data.violations) {
    shape(svg, 'line', { class: 'broken-line', x1: x(violation.at), x2: x(violation.at), y1: 0,
      y2: STRIP.base });
  }
  world.stripX = x;
  world.stripLine = shape(svg, 'line', { class: 'moment', y1: 0, y2: STRIP.base });
}

function drawTicks(world, svg, x, top, lane, lanes) {
  const ends = new Array(lanes).fill(-1);
  for (const fault of world.data.faults) {
    const left = x(fault.from);
    const right = Math.max(x(fault.to), left + 3);
    let row = ends.findIndex(function (end) { return end < left; });
    if (row < 0) row = lanes - 1;
    ends[row] = Math.max(ends[row], right + 1);
    const bar = shape(svg, 'rect', { class: 'tick f-' + fault.fault, x: left, width: right - left, y: top +
      row * lane,
      height: lane - 1.5, rx: 1 });
    hinted(bar, fault.fault + ': ' + fault.what);
  }
}

function moveStrip(world) {
  const at = world.stripX(world.time);
  world.stripLine.setAttribute('x1', at);
  world.stripLine.setAttribute('x2', at);
}
`;
