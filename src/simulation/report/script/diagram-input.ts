/**
 * Page script: zooming and panning the diagram with pointer, keys and buttons, and choosing a message in
 * it.
 */

/** See `page-script.ts`. */
export const DIAGRAM_INPUT_SCRIPT = `
/** A pointer that moved less than this has clicked. */
const DRAG = 5;

function setRange(world, from, to) {
  const end = world.data.end;
  const length = clamp(to - from, Math.min(LEAST_RANGE, end), end);
  const start = clamp(length === to - from ? from : (from + to - length) / 2, 0, end - length);
  world.from = start;
  world.to = start + length;
  drawDiagram(world);
}

function zoom(world, factor) {
  const half = (world.to - world.from) * factor / 2;
  const isSeen = world.time > world.from && world.time < world.to;
  const middle = isSeen ? world.time : (world.from + world.to) / 2;
  setRange(world, middle - half, middle + half);
}

function pan(world, share) {
  const shift = (world.to - world.from) * share;
  const moved = clamp(shift, -world.from, world.data.end - world.to);
  setRange(world, world.from + moved, world.to + moved);
}

function listenToDiagram(world) {
  const svg = world.parts.diagram;
  let start = null;
  let lasso = null;
  function at(event) { return event.clientX - svg.getBoundingClientRect().left; }
  svg.addEventListener('pointerdown', function (event) {
    if (event.button !== 0 || at(event) < world.frame.left) return;
    start = at(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener('pointermove', function (event) {
    if (start === null) return;
    if (!lasso && Math.abs(at(event) - start) < DRAG) return;
    const frame = world.frame;
    if (!lasso) lasso = shape(svg, 'rect', { class: 'lasso', y: frame.top,
      height: frame.bottom - frame.top });
    const now = clamp(at(event), frame.left, frame.right);
    lasso.setAttribute('x', Math.min(start, now));
    lasso.setAttribute('width', Math.abs(now - start));
  });
  svg.addEventListener('pointerup', function (event) {
    if (start === null) return;
    const from = world.frame.time(Math.min(start, at(event)));
    const to = world.frame.time(Math.max(start, at(event)));
    const hadLasso = lasso !== null;
    start = null;
    lasso = null;
    if (hadLasso) setRange(world, from, to);
    else clickDiagram(world, at(event), event.clientY - svg.getBoundingClientRect().top);
  });
  svg.addEventListener('pointercancel', function () { start = null; lasso = null; drawDiagram(world); });
  svg.addEventListener('dblclick', function () { zoom(world, 4); });
  svg.addEventListener('keydown', function (event) { keyInDiagram(world, event); });
}

function clickDiagram(world, x, y) {
  const near = messageNear(world, world.frame, x, y);
  if (near >= 0) chooseMessage(world, near);
  else setTime(world, world.frame.time(x));
}

function keyInDiagram(world, event) {
  const actions = {
    ArrowLeft: function () { pan(world, -0.25); },
    ArrowRight: function () { pan(world, 0.25); },
    '+': function () { zoom(world, 0.5); },
    '=': function () { zoom(world, 0.5); },
    '-': function () { zoom(world, 2); },
    0: function () { setRange(world, 0, world.data.end); },
  };
  const action = actions[event.key];
  if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  action();
}

function listenToOverview(world) {
  const svg = world.parts.overview;
  let grip = null;
  function time(event) {
    const box = svg.getBoundingClientRect();
    return clamp((event.clientX - box.left) / box.width, 0, 1) * world.data.end;
  }
  svg.addEventListener('pointerdown', function (event) {
    if (event.button !== 0) return;
    const now = time(event);
    const isWhole = world.to - world.from > world.data.end * 0.999;
    const isInside = !isWhole && now >= world.from && now <= world.to;
    grip = { time: now, from: world.from, to: world.to, isPan: isInside };
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener('pointermove', function (event) {
    if (!grip) return;
    const now = time(event);
    const shift = clamp(now - grip.time, -grip.from, world.data.end - grip.to);
    if (grip.isPan) setRange(world, grip.from + shift, grip.to + shift);
    else if (Math.abs(now - grip.time) > world.data.end / 500) setRange(world, Math.min(grip.time, now),
      Math.max(grip.time, now));
  });
  svg.addEventListener('pointerup', function () { grip = null; });
  svg.addEventListener('pointercancel', function () { grip = null; });
}
`;
