/** Page script: one section's state, and what was the case at a moment of it. */

/** See `page-script.ts`. */
export const WORLD_SCRIPT = `
/** A fault of a moment is shown for so long after it. */
const AFTERGLOW = 2000;
/** A message stays marked in the ring for so long after its last delivery. */
const FLOOD_SHOWN = 8000;

function makeWorld(root) {
  const data = JSON.parse(root.querySelector('[data-part=data]').textContent);
  const parts = {};
  for (const element of root.querySelectorAll('[data-part]')) parts[element.dataset.part] = element;
  const rank = [];
  data.order.forEach(function (peer, at) { rank[peer] = at; });
  return {
    root, data, parts, rank, time: 0, from: 0, to: data.end, peer: -1, message: -1,
    playing: false, changes: changesOf(data),
  };
}

function changesOf(data) {
  const times = new Set([0, data.end]);
  for (const link of data.links) { times.add(link[2]); times.add(link[3]); }
  for (const peer of data.peers) for (const incarnation of peer.incarnations) { times.add(incarnation[0]); times.add(incarnation[1]); }
  for (const fault of data.faults) { times.add(fault.from); times.add(fault.to); }
  return Array.from(times).sort(function (a, b) { return a - b; });
}

function lasts(world, from, to, time) {
  return from <= time && (time < to || to >= world.data.end);
}

function isAlive(world, peer, time) {
  return world.data.peers[peer].incarnations.some(function (incarnation) { return lasts(world, incarnation[0], incarnation[1], time); });
}

function linksAt(world, time) {
  return world.data.links.filter(function (link) { return lasts(world, link[2], link[3], time); });
}

function faultsAt(world, time) {
  return world.data.faults.filter(function (fault) {
    return fault.from <= time && time <= Math.max(fault.to, fault.from + AFTERGLOW);
  });
}

function stepAt(world, time) {
  return world.data.steps[Math.max(0, lastAt(world.data.steps, 0, time))];
}

/**
 * For each peer the number of its piece, the largest first; 0 for the dead. What src/overlay/pieces.ts does
 * for the program, once more: this script is text in a page and imports nothing.
 */
function piecesOf(world, alive, links) {
  const parents = alive.map(function (_, peer) { return peer; });
  function rootOf(peer) {
    while (parents[peer] !== peer) peer = parents[peer];
    return peer;
  }
  for (const link of links) if (alive[link[0]] && alive[link[1]]) parents[rootOf(link[0])] = rootOf(link[1]);
  const groups = new Map();
  world.data.order.forEach(function (peer) {
    if (!alive[peer]) return;
    const root = rootOf(peer);
    groups.set(root, (groups.get(root) || []).concat(peer));
  });
  const pieces = alive.map(function () { return 0; });
  Array.from(groups.values()).sort(function (a, b) { return b.length - a.length; }).forEach(function (group,
    at) {
    for (const peer of group) pieces[peer] = at + 1;
  });
  return pieces;
}
`;
