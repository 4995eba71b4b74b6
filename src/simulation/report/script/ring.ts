/** Page script: the ring of peers and their links at the chosen time. */

/** See `page-script.ts`. */
export const RING_SCRIPT = `
const CENTRE = { x: 380, y: 320 };
const RADIUS = 236;

function dotSize(world) {
  return clamp(Math.round(380 / Math.max(1, world.data.order.length)), 4, 15);
}

function place(world, peer, radius) {
  const angle = (world.rank[peer] / world.data.order.length) * 2 * Math.PI - Math.PI / 2;
  return { x: CENTRE.x + radius * Math.cos(angle), y: CENTRE.y + radius * Math.sin(angle) };
}

/**
 * The curve of a link, from rim to rim: bent to the centre, and to one side, so that two directions stay
 * apart.
 */
function curve(world, from, to) {
  const a = place(world, from, RADIUS);
  const b = place(world, to, RADIUS);
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const side = 0.07;
  const pull = 0.22;
  const bend = {
    x: (a.x + b.x) / 2 * (1 - pull) + CENTRE.x * pull - (b.y - a.y) * side,
    y: (a.y + b.y) / 2 * (1 - pull) + CENTRE.y * pull + (b.x - a.x) * side,
  };
  const gap = Math.min(dotSize(world) + 5, length / 4);
  return { start: towards(a, bend, gap), bend: bend, end: towards(b, bend, gap) };
}

function towards(from, to, distance) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: from.x + (to.x - from.x) / length * distance, y: from.y + (to.y - from.y) / length * distance };
}

function curvePath(line) {
  return 'M' + line.start.x + ' ' + line.start.y + 'Q' + line.bend.x + ' ' + line.bend.y + ' ' +
    line.end.x + ' ' + line.end.y;
}

function drawRing(world) {
  const svg = world.parts.ring;
  svg.replaceChildren();
  shape(svg, 'circle', { class: 'orbit', cx: CENTRE.x, cy: CENTRE.y, r: RADIUS });
  const alive = world.data.peers.map(function (_, peer) { return isAlive(world, peer, world.time); });
  const links = linksAt(world, world.time);
  drawFlood(world, svg, links);
  for (const link of links) drawLink(world, svg, link, alive[link[0]] && alive[link[1]]);
  drawCouriers(world, svg, links);
  const pieces = piecesOf(world, alive, links);
  const linked = new Set(links.flatMap(function (link) { return [link[0], link[1]]; }));
  const hit = new Map();
  for (const fault of faultsAt(world, world.time)) {
    for (const peer of fault.peers) hit.set(peer, (hit.get(peer) || []).concat(fault.fault));
  }
  for (const peer of world.data.order) {
    drawPeer(world, svg, peer, { alive: alive[peer], linked: linked.has(peer), piece: pieces[peer],
      whole: Math.max.apply(null, pieces) <= 1, faults: hit.get(peer) || [] });
  }
}

function drawLink(world, svg, link, isSound) {
  const line = curve(world, link[0], link[1]);
  let kind = isSound ? '' : ' stale';
  if (link[4] === 1) kind += ' failback';
  if (world.peer >= 0) kind += link[0] === world.peer ? ' forward' : link[1] === world.peer ? ' backward'
    : ' dim';
  const tip = 11;
  const neck = towards(line.end, line.bend, tip);
  const across = { x: (line.end.y - neck.y) * 0.45, y: (neck.x - line.end.x) * 0.45 };
  const path = curvePath({ start: line.start, bend: line.bend, end: neck });
  hinted(shape(svg, 'path', { class: 'link' + kind, d: path }), linkText(world, link));
  if (!isSound) return;
  const corners = [line.end, { x: neck.x + across.x, y: neck.y + across.y }, { x: neck.x - across.x,
    y: neck.y - across.y }];
  const points = corners.map(function (corner) { return corner.x + ',' + corner.y; }).join(' ');
  shape(svg, 'polygon', { class: 'head' + kind, points: points });
}

function linkText(world, link) {
  return world.data.peers[link[0]].name + ' dialled ' + world.data.peers[link[1]].name + ', up since ' +
    clock(link[2], 1) + (link[4] === 1 ? ', by failback' : '');
}

function peerClass(state) {
  if (!state.alive) return 'peer dead';
  if (!state.linked) return 'peer alone';
  return state.piece <= 1 ? 'peer whole' : state.piece === 2 ? 'peer second' : 'peer third';
}

function drawPeer(world, svg, peer, state) {
  const spot = shape(svg, 'g', { class: 'spot' });
  const at = place(world, peer, RADIUS);
  const size = dotSize(world);
  const className = peerClass(state) + (peer === world.peer ? ' chosen' : '');
  Array.from(new Set(state.faults)).slice(0, 2).forEach(function (fault, index) {
    shape(spot, 'circle', { class: 'halo f-' + fault, cx: at.x, cy: at.y, r: size + 6 + index * 7 });
  });
  if (world.data.peers[peer].other) {
    const half = size * 0.9;
    shape(spot, 'rect', { class: className, x: at.x - half, y: at.y - half, width: 2 * half,
      height: 2 * half });
  } else {
    shape(spot, 'circle', { class: className, cx: at.x, cy: at.y, r: size });
  }
  if (state.alive && state.linked && !state.whole && size > 8) {
    shape(spot, 'text', { class: 'piece' + (state.piece > 1 ? ' lesser' : ''), x: at.x, y: at.y + 4.5 },
      String(state.piece));
  }
  drawName(world, spot, peer, state);
  spot.addEventListener('click', function () { choosePeer(world, peer === world.peer ? -1 : peer); });
}

function drawName(world, spot, peer, state) {
  if (world.data.order.length > 44 && peer !== world.peer) {
    hinted(spot, world.data.peers[peer].name);
    return;
  }
  const at = place(world, peer, RADIUS + dotSize(world) + 21);
  const anchor = Math.abs(at.x - CENTRE.x) < 30 ? 'middle' : at.x > CENTRE.x ? 'start' : 'end';
  const note = floodNote(world, peer);
  const lift = note && at.y < CENTRE.y - RADIUS ? -11 : 0;
  const name = world.data.peers[peer].name;
  const short = name.length > 16 ? name.slice(0, 15) + '…' : name;
  const attributes = { class: 'name' + (state.alive ? '' : ' gone'), x: at.x, y: at.y + 5 + lift,
    'text-anchor': anchor };
  hinted(shape(spot, 'text', attributes, short), name);
  if (note) shape(spot, 'text', { class: 'note', x: at.x, y: at.y + 22 + lift, 'text-anchor': anchor }, note);
}
`;
