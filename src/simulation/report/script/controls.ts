/** Page script: the time and its player, buttons, and the start of it all. */

/** See `page-script.ts`. */
export const CONTROLS_SCRIPT = `
function setTime(world, time) {
  world.time = clamp(time, 0, world.data.end);
  world.parts.slider.value = String(world.time);
  world.parts.slider.setAttribute('aria-valuetext', clock(world.time, 1));
  drawRing(world);
  drawSide(world);
  moveStrip(world);
  moveDiagram(world);
}

function stop(world) {
  world.playing = false;
  world.parts.play.textContent = '▶';
  world.parts.play.setAttribute('aria-label', 'Play');
}

function play(world) {
  if (world.time >= world.data.end) setTime(world, 0);
  world.playing = true;
  world.parts.play.textContent = '❚❚';
  world.parts.play.setAttribute('aria-label', 'Pause');
  let last = performance.now();
  function tick(now) {
    if (!world.playing) return;
    setTime(world, world.time + (now - last) * Number(world.parts.speed.value));
    last = now;
    if (world.time >= world.data.end) stop(world);
    else requestAnimationFrame(tick);
  }
  requestAnimationFrame(tick);
}

function change(world, direction) {
  const found = direction > 0
    ? world.changes.find(function (time) { return time > world.time + 0.01; })
    : world.changes.findLast(function (time) { return time < world.time - 0.01; });
  if (found !== undefined) setTime(world, found);
}

function otherMessage(world, direction) {
  const count = world.data.messages.length;
  if (count === 0) return;
  const next = world.message < 0
    ? Math.max(0, lastAt(world.data.messages, 'sent', world.time) + (direction > 0 ? 1 : 0))
    : world.message + direction;
  chooseMessage(world, clamp(next, 0, count - 1));
  const message = world.data.messages[world.message];
  if (message.sent < world.from || message.last > world.to) zoomToMessage(world);
}

function onClick(world, name, action) {
  world.parts[name].addEventListener('click', action);
}

function listen(world) {
  const parts = world.parts;
  parts.slider.max = String(world.data.end);
  parts.slider.addEventListener('input', function () { setTime(world, Number(parts.slider.value)); });
  parts.peer.addEventListener('change', function () { choosePeer(world, Number(parts.peer.value)); });
  parts.speed.addEventListener('change', function () { world.slow = Number(parts.speed.value) <= 1;
    drawSide(world); });
  onClick(world, 'play', function () { if (world.playing) stop(world); else play(world); });
  onClick(world, 'earlier', function () { change(world, -1); });
  onClick(world, 'later', function () { change(world, 1); });
  onClick(world, 'zoom-in', function () { zoom(world, 0.5); });
  onClick(world, 'zoom-out', function () { zoom(world, 2); });
  onClick(world, 'pan-left', function () { pan(world, -0.5); });
  onClick(world, 'pan-right', function () { pan(world, 0.5); });
  onClick(world, 'zoom-all', function () { setRange(world, 0, world.data.end); });
  onClick(world, 'message-before', function () { otherMessage(world, -1); });
  onClick(world, 'message-after', function () { otherMessage(world, 1); });
  onClick(world, 'message-zoom', function () { zoomToMessage(world); });
  onClick(world, 'message-none', function () { chooseMessage(world, -1); });
  onClick(world, 'copy', function () { copyReplay(world); });
  for (const button of world.root.querySelectorAll('[data-at]')) {
    button.addEventListener('click', function () { goTo(world, Number(button.dataset.at)); });
  }
}

function goTo(world, time) {
  stop(world);
  setTime(world, time);
  world.parts.ring.scrollIntoView({ block: 'center' });
  if (time < world.from || time > world.to) setRange(world, time - 15000, time + 15000);
}

function copyReplay(world) {
  const code = world.parts.replay;
  getSelection().selectAllChildren(code);
  function told() { world.parts.copy.textContent = 'Copied'; }
  function selected() { world.parts.copy.textContent = 'Selected'; }
  if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(told, selected);
  else selected();
}

function startWorld(root) {
  if (root.dataset.world === 'started') return;
  root.dataset.world = 'started';
  for (const element of root.querySelectorAll('[data-drawn]')) element.hidden = false;
  const world = makeWorld(root);
  fillPeers(world);
  listen(world);
  listenToDiagram(world);
  listenToOverview(world);
  describeMessage(world);
  const first = world.data.violations[0];
  function drawAll() {
    drawStrip(world);
    drawDiagram(world);
    setTime(world, world.time);
  }
  world.time = first ? first.at : Math.min(world.data.calm, world.data.end) / 2;
  let width = 0;
  new ResizeObserver(function () {
    if (root.clientWidth === width || root.clientWidth === 0) return;
    width = root.clientWidth;
    drawAll();
  }).observe(root);
  drawAll();
}

function openTarget() {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
}

function boot() {
  for (const root of document.querySelectorAll('[data-world]')) {
    const fold = root.closest('details.world-fold');
    if (!fold || fold.open) startWorld(root);
    if (fold) fold.addEventListener('toggle', function () { if (fold.open) startWorld(root); });
  }
  addEventListener('hashchange', openTarget);
  openTarget();
}
`;
