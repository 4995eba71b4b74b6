/** Page script: the space-time diagram for the visible range, and the overview above it. */

/** See `page-script.ts`. */
export const DIAGRAM_SCRIPT = `
const GUTTER = 132;
const LEAST_RANGE = 5;
let clips = 0;

function diagramFrame(world) {
  const width = world.parts.diagram.clientWidth || 1000;
  const peers = world.data.order.length;
  const frame = { width: width, left: GUTTER, right: width - 24, lanesTop: 18,
    row: clamp(Math.floor(460 / peers), 9, 36) };
  const scale = (frame.right - frame.left) / (world.to - world.from);
  frame.x = function (time) { return frame.left + (time - world.from) * scale; };
  frame.time = function (x) { return clamp(world.from + (x - frame.left) / scale, world.from, world.to); };
  frame.y = function (peer) { return frame.top + (world.rank[peer] + 0.5) * frame.row; };
  frame.bars = packLanes(world, world.data.faults.filter(function (fault) {
    return fault.from <= world.to && Math.max(fault.to, fault.from) >= world.from;
  }), frame.x);
  world.lanes = Math.max(world.lanes || 0, lanesNeeded(frame.bars));
  frame.top = frame.lanesTop + world.lanes * LANE + 8;
  frame.bottom = frame.top + peers * frame.row;
  frame.height = frame.bottom + 34;
  return frame;
}

function drawDiagram(world) {
  const svg = world.parts.diagram;
  const frame = diagramFrame(world);
  world.frame = frame;
  svg.setAttribute('viewBox', '0 0 ' + frame.width + ' ' + frame.height);
  svg.style.setProperty('height', frame.height + 'px');
  svg.replaceChildren();
  clips += 1;
  const clip = 'clip-' + clips;
  const box = shape(shape(svg, 'defs', {}), 'clipPath', { id: clip });
  shape(box, 'rect', { x: frame.left, width: frame.right - frame.left, y: 0, height: frame.bottom });
  const plot = shape(svg, 'g', { 'clip-path': 'url(#' + clip + ')' });
  drawFaultBands(world, frame, plot, frame.bars);
  drawAxis(world, frame, svg);
  for (const peer of world.data.order) drawLifeline(world, frame, svg, plot, peer);
  drawHops(world, frame, plot);
  drawFaultBars(frame, svg, frame.bars);
  drawFlags(world, frame, plot);
  world.diagramLine = shape(plot, 'line', { class: 'moment', y1: frame.lanesTop, y2: frame.bottom });
  const places = world.to - world.from < 20000 ? 3 : 1;
  world.parts.range.textContent = clock(world.from, places) + ' – ' + clock(world.to, places) + ', ' +
    span(world.to - world.from) + ' visible';
  moveDiagram(world);
  drawOverview(world);
}

function drawLifeline(world, frame, svg, plot, peer) {
  const y = frame.y(peer);
  const name = world.data.peers[peer].name;
  if (frame.row >= 13 || peer === world.peer) {
    const short = name.length > 15 ? name.slice(0, 14) + '…' : name;
    const className = 'name' + (peer === world.peer ? ' chosen' : '');
    hinted(shape(svg, 'text', { class: className, x: frame.left - 12, y: y + 4.5 }, short), name);
  }
  shape(plot, 'line', { class: 'no-incarnation', x1: frame.left, x2: frame.right, y1: y, y2: y });
  for (const incarnation of world.data.peers[peer].incarnations) {
    if (incarnation[0] <= world.to && incarnation[1] >= world.from) drawLife(world, frame, plot, peer, incarnation);
  }
}

function drawLife(world, frame, plot, peer, incarnation) {
  const y = frame.y(peer);
  const from = Math.max(frame.x(incarnation[0]), frame.left);
  const to = Math.min(frame.x(incarnation[1]), frame.right);
  shape(plot, 'line', { class: 'lifeline', x1: from, x2: to, y1: y, y2: y });
  const size = clamp(frame.row / 4, 3, 5);
  shape(plot, 'path', { class: 'birth', d: 'M' + frame.x(incarnation[0]) + ' ' + (y - size) + 'v' + 2 * size });
  if (incarnation[1] >= world.data.end) return;
  const x = frame.x(incarnation[1]);
  const cross = 'M' + (x - size) + ' ' + (y - size) + 'L' + (x + size) + ' ' + (y + size) +
    'M' + (x + size) + ' ' + (y - size) + 'L' + (x - size) + ' ' + (y + size);
  const text = world.data.peers[peer].name + ': ' + incarnation[2] + ' at ' + clock(incarnation[1], 1);
  hinted(shape(plot, 'path', { class: 'death', d: cross }), text);
}

function drawAxis(world, frame, svg) {
  const range = world.to - world.from;
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5,
    12e5, 36e5];
  const room = Math.max(2, Math.floor((frame.right - frame.left) / 95));
  const step = steps.find(function (one) { return range / one <= room; }) || range;
  const digits = step < 10 ? 3 : step < 1000 ? 2 : 0;
  for (let time = Math.ceil(world.from / step) * step; time <= world.to; time += step) {
    const x = frame.x(time);
    shape(svg, 'line', { class: 'axis-line', x1: x, x2: x, y1: frame.top, y2: frame.bottom + 5 });
    shape(svg, 'text', { x: x, y: frame.bottom + 21, 'text-anchor': 'middle' }, clock(time, digits));
  }
}

function drawFlags(world, frame, plot) {
  const flags = [];
  for (const violation of world.data.violations) {
    const x = frame.x(violation.at);
    shape(plot, 'line', { class: 'broken-line', x1: x, x2: x, y1: 12, y2: frame.bottom });
    const flag = shape(plot, 'path', { class: 'flag', d: 'M' + (x - 6) + ' 2h12l-6 11z' });
    hinted(flag, violation.invariant + ' at ' + clock(violation.at, 1));
    if (x >= frame.left && x <= frame.right) flags.push({ x: x, className: 'flag-text',
      text: violation.invariant });
  }
  if (world.data.calm > world.from && world.data.calm < world.to) {
    const x = frame.x(world.data.calm);
    shape(plot, 'line', { class: 'calm', x1: x, x2: x, y1: frame.lanesTop - 6, y2: frame.bottom });
    flags.push({ x: x, className: '', text: 'last fault over' });
  }
  const taken = [];
  for (const flag of flags) drawFlagText(frame, plot, flag, taken);
}

/** The words beside a flag, on the side where there is room; none where there is no room left. */
function drawFlagText(frame, plot, flag, taken) {
  const length = flag.text.length * 7.6;
  const isLate = flag.x + length + 10 > frame.right;
  const from = isLate ? flag.x - 10 - length : flag.x - 8;
  const to = isLate ? flag.x + 8 : flag.x + 10 + length;
  if (taken.some(function (one) { return from < one.to && to > one.from; })) return;
  taken.push({ from: from, to: to });
  shape(plot, 'text', { class: flag.className, x: flag.x + (isLate ? -10 : 10), y: 12,
    'text-anchor': isLate ? 'end' : 'start' }, flag.text);
}

function moveDiagram(world) {
  const at = world.frame.x(world.time);
  world.diagramLine.setAttribute('x1', at);
  world.diagramLine.setAttribute('x2', at);
}

function drawOverview(world) {
  const svg = world.parts.overview;
  const width = svg.clientWidth || 1000;
  svg.setAttribute('viewBox', '0 0 ' + width + ' 46');
  svg.replaceChildren();
  function x(time) { return (time / world.data.end) * width; }
  drawTicks(world, svg, x, 2, 5, 3);
  const bins = new Array(Math.max(1, Math.floor(width / 6))).fill(0);
  for (const message of world.data.messages) {
    bins[clamp(Math.floor(message.sent / world.data.end * bins.length), 0, bins.length - 1)] += 1;
  }
  const most = Math.max.apply(null, bins) || 1;
  bins.forEach(function (count, at) {
    const height = count / most * 24;
    if (count > 0) shape(svg, 'rect', { class: 'density', x: at * 6 + 1, width: 4, y: 44 - height,
      height: height });
  });
  for (const violation of world.data.violations) {
    shape(svg, 'line', { class: 'broken-line', x1: x(violation.at), x2: x(violation.at), y1: 0, y2: 46 });
  }
  const left = x(world.from);
  shape(svg, 'rect', { class: 'window', x: left, width: Math.max(4, x(world.to) - left), y: 1, height: 44,
    rx: 3 });
}
`;
