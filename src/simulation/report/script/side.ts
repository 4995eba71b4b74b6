/** Page script: what stands beside the ring, in words: time, figures, faults, links of a peer. */

/** See `page-script.ts`. */
export const SIDE_SCRIPT = `
function drawSide(world) {
  const parts = world.parts;
  const step = stepAt(world, world.time);
  parts.now.textContent = clock(world.time, world.to - world.from < 20000 || world.slow ? 3 : 1);
  parts.alive.textContent = step[1] + ' of ' + world.data.peers.length;
  parts.links.textContent = String(step[2]);
  parts.pieces.textContent = String(step[3]);
  parts.pieces.className = step[3] > 1 ? 'warn' : '';
  drawActive(world);
  drawLinksOf(world);
}

function drawActive(world) {
  const list = world.parts.active;
  const faults = faultsAt(world, world.time);
  const key = faults.map(function (fault) {
    return world.data.faults.indexOf(fault) + (world.time > fault.to ? '-' : '+');
  }).join();
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren();
  if (faults.length === 0) {
    const isCalm = world.time >= world.data.calm;
    item(list, 'li', 'none', isCalm ? 'none; the last has ended' : 'none');
  }
  for (const fault of faults) {
    const isPast = world.time > fault.to;
    const entry = item(list, 'li', isPast ? 'past' : '', '');
    item(entry, 'span', 'kind f-' + fault.fault, fault.fault);
    entry.append(fault.what + (isPast ? ' (just now)' : ' (until ' + clock(fault.to, 1) + ')'));
  }
}

function drawLinksOf(world) {
  const list = world.parts['links-of'];
  list.replaceChildren();
  if (world.peer < 0) {
    item(list, 'li', 'none', 'Choose a peer here or in the ring.');
    return;
  }
  const links = linksAt(world, world.time);
  const forward = links.filter(function (link) { return link[0] === world.peer; });
  const backward = links.filter(function (link) { return link[1] === world.peer; });
  function names(end, found) {
    if (found.length === 0) return 'none';
    return found.map(function (link) { return world.data.peers[link[end]].name; }).join(', ');
  }
  item(list, 'li', '', 'forward (coloured): ' + names(1, forward));
  item(list, 'li', '', 'backward (black): ' + names(0, backward));
}

function fillPeers(world) {
  const select = world.parts.peer;
  const none = item(select, 'option', '', '(no peer chosen)');
  none.value = '-1';
  for (const peer of world.data.order) item(select, 'option', '',
    world.data.peers[peer].name).value = String(peer);
}

function choosePeer(world, peer) {
  world.peer = peer;
  world.parts.peer.value = String(peer);
  drawRing(world);
  drawSide(world);
  drawDiagram(world);
}
`;
