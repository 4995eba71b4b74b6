/** Page script: messages as slanted lines in the space-time diagram, and the chosen one. */

/** See `page-script.ts`. */
export const HOPS_SCRIPT = `
/** Up to so many visible hops each message is a line of its own; up to fewer, deliveries are dots as well. */
const MANY_HOPS = 2500;
const DOTTED_HOPS = 900;
const NEAR = 8;

function visibleMessages(world) {
  return world.data.messages.filter(function (message) {
    return message.sent <= world.to && message.last >= world.from;
  });
}

function drawHops(world, frame, group) {
  const messages = visibleMessages(world);
  const count = messages.reduce(function (sum, message) { return sum + message.hops.length; }, 0);
  if (count > MANY_HOPS) drawManyHops(frame, group, messages);
  else for (const message of messages) drawMessage(frame, group, message, '', count <= DOTTED_HOPS);
  const chosen = world.data.messages[world.message];
  if (chosen && messages.includes(chosen)) drawMessage(frame, group, chosen, ' chosen', true);
}

function drawMessage(frame, group, message, kind, isDotted) {
  const path = message.hops.map(function (hop) { return hopPath(frame, hop); }).join('');
  shape(group, 'path', { class: 'hop' + (message.probe ? ' probe' : '') + kind, d: path });
  if (!isDotted) return;
  const size = kind ? 4.5 : 2.2;
  for (const hop of message.hops) {
    shape(group, 'circle', { class: 'got' + kind, cx: frame.x(hop[1]), cy: frame.y(hop[0]), r: size });
  }
  const side = size * 1.9;
  shape(group, 'rect', { class: 'said' + kind, x: frame.x(message.sent) - side / 2,
    y: frame.y(message.from) - side / 2,
    width: side, height: side });
}

function hopPath(frame, hop) {
  if (hop[2] < 0) return '';
  return 'M' + frame.x(hop[3]).toFixed(1) + ' ' + frame.y(hop[2]) + 'L' + frame.x(hop[1]).toFixed(1) + ' ' +
    frame.y(hop[0]);
}

/** One path for all, each line once: lines that fall onto the same pixels are the same line. */
function drawManyHops(frame, group, messages) {
  const lines = new Set();
  for (const message of messages) {
    for (const hop of message.hops) {
      if (hop[2] < 0) continue;
      const from = clamp(Math.round(frame.x(hop[3])), frame.left - 50, frame.right + 50);
      const to = clamp(Math.round(frame.x(hop[1])), frame.left - 50, frame.right + 50);
      lines.add('M' + from + ' ' + frame.y(hop[2]) + 'L' + to + ' ' + frame.y(hop[0]));
    }
  }
  const path = shape(group, 'path', { class: 'hop many', d: Array.from(lines).join('') });
  path.style.setProperty('stroke-opacity', String(clamp(900 / lines.size, 0.08, 0.3)));
}

/** The message whose line is nearest to a point, or -1. */
function messageNear(world, frame, x, y) {
  let best = -1;
  let nearest = NEAR;
  world.data.messages.forEach(function (message, index) {
    if (message.sent > world.to || message.last < world.from) return;
    for (const hop of message.hops) {
      if (hop[2] < 0) continue;
      const distance = distanceTo(x, y, frame.x(hop[3]), frame.y(hop[2]), frame.x(hop[1]), frame.y(hop[0]));
      if (distance < nearest) { nearest = distance; best = index; }
    }
  });
  return best;
}

function distanceTo(x, y, x1, y1, x2, y2) {
  const length = (x2 - x1) * (x2 - x1) + (y2 - y1) * (y2 - y1);
  const share = length > 0 ? clamp(((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length, 0, 1) : 0;
  return Math.hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1));
}

function chooseMessage(world, index) {
  world.message = index;
  const message = world.data.messages[index];
  if (message) setTime(world, message.last);
  describeMessage(world);
  drawDiagram(world);
  drawRing(world);
}

function describeMessage(world) {
  const parts = world.parts;
  const message = world.data.messages[world.message];
  parts['message-zoom'].disabled = !message;
  parts['message-none'].disabled = !message;
  parts.message.replaceChildren();
  if (!message) {
    parts.message.textContent = plural(world.data.messages.length, 'message') + '; none chosen.';
    return;
  }
  const most = message.hops.reduce(function (sum, hop) { return Math.max(sum, hop[4]); }, 0);
  const text = message.content.length > 90 ? message.content.slice(0, 89) + '…' : message.content;
  parts.message.append('Message ' + (world.message + 1) + (message.probe ? ' (probe)' : '') + ', ' +
    clock(message.sent, 3) + ', ');
  item(parts.message, 'b', '', world.data.peers[message.from].name + ': ' + text);
  parts.message.append(' — reached ' + message.hops.length + ', the last after ' +
    span(message.last - message.sent) +
    ' over ' + plural(most, 'hop') + ' at most; ' + plural(message.frames, 'TEXT frame'));
}

function zoomToMessage(world) {
  const message = world.data.messages[world.message];
  if (!message) return;
  const margin = Math.max(20, (message.last - message.sent) * 0.25);
  setRange(world, message.sent - margin, message.last + margin);
}
`;
