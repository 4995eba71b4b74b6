/** Page script: messages on their way over the ring's links, and the flood of the chosen message. */

/** See `page-script.ts`. */
export const RING_FLOOD_SCRIPT = `
/** The chosen message while its flood is to be seen, else null. */
function floodNow(world) {
  const message = world.data.messages[world.message];
  if (!message || world.time < message.sent || world.time > message.last + FLOOD_SHOWN) return null;
  return message;
}

/** Where a hop runs: along its link, against it where the receiver had dialled. */
function hopCurve(world, links, via, peer) {
  const isAgainst = !links.some(function (link) { return link[0] === via && link[1] === peer; }) &&
    links.some(function (link) { return link[0] === peer && link[1] === via; });
  if (!isAgainst) return curve(world, via, peer);
  const line = curve(world, peer, via);
  return { start: line.end, bend: line.bend, end: line.start };
}

function drawFlood(world, svg, links) {
  const message = floodNow(world);
  if (!message) return;
  for (const hop of message.hops) {
    if (hop[2] < 0) continue;
    const className = hop[1] <= world.time ? 'flood' : 'flood pending';
    shape(svg, 'path', { class: className, d: curvePath(hopCurve(world, links, hop[2], hop[0])) });
  }
}

/** Dots for the messages that are between two peers at this moment. */
function drawCouriers(world, svg, links) {
  world.data.messages.forEach(function (message, index) {
    if (message.sent > world.time || message.last < world.time) return;
    for (const hop of message.hops) {
      if (hop[2] < 0 || hop[3] > world.time || hop[1] < world.time) continue;
      const share = hop[1] > hop[3] ? (world.time - hop[3]) / (hop[1] - hop[3]) : 1;
      const at = pointOn(hopCurve(world, links, hop[2], hop[0]), share);
      const isChosen = index === world.message;
      shape(svg, 'circle', { class: 'courier' + (isChosen ? '' : ' other'), cx: at.x, cy: at.y, r: isChosen
        ? 8 : 5.5 });
    }
  });
}

function pointOn(line, share) {
  const rest = 1 - share;
  return {
    x: rest * rest * line.start.x + 2 * rest * share * line.bend.x + share * share * line.end.x,
    y: rest * rest * line.start.y + 2 * rest * share * line.bend.y + share * share * line.end.y,
  };
}

/** Under the name of a peer that has the chosen message: over how many links, and how long it took. */
function floodNote(world, peer) {
  const message = floodNow(world);
  if (!message) return '';
  if (message.from === peer) return 'sent it';
  const hop = message.hops.find(function (one) { return one[0] === peer && one[1] <= world.time; });
  return hop ? plural(hop[4], 'hop') + ', ' + span(hop[1] - message.sent) : '';
}
`;
