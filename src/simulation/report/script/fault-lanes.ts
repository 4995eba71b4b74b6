/** Page script: the faults in the space-time diagram: labelled bars above it and shaded bands behind it. */

/** See `page-script.ts`. */
export const FAULT_LANES_SCRIPT = `
const LANE = 19;
const MOST_LANES = 8;
const LETTER = 6.9;

/**
 * Puts bars and their labels into lanes so that none covers another; those that find no lane go without a
 * label.
 */
function packLanes(world, faults, x) {
  const ends = [];
  return faults.map(function (fault) {
    const left = x(fault.from);
    const right = Math.max(x(fault.to), left + 4);
    const label = faultLabel(world, fault);
    const shown = Math.max(left, x(world.from));
    const needed = Math.max(right, shown + label.length * LETTER + 12) + 4;
    let lane = ends.findIndex(function (end) { return end <= left; });
    if (lane < 0 && ends.length < MOST_LANES) lane = ends.length;
    const isCrowded = lane < 0;
    if (isCrowded) lane = MOST_LANES - 1;
    ends[lane] = Math.max(ends[lane] || -Infinity, isCrowded ? right : needed);
    return { fault, left, right, lane, label: isCrowded ? '' : label };
  });
}

function faultLabel(world, fault) {
  if (fault.peers.length !== 1) return fault.fault;
  return fault.fault + ' ' + world.data.peers[fault.peers[0]].name;
}

function lanesNeeded(bars) {
  return bars.reduce(function (most, bar) { return Math.max(most, bar.lane + 1); }, 0);
}

function drawFaultBars(frame, group, bars) {
  for (const bar of bars) {
    const y = frame.lanesTop + bar.lane * LANE;
    const left = clamp(bar.left, frame.left, frame.right);
    const right = clamp(bar.right, frame.left, frame.right);
    const one = shape(group, 'g', { class: 'f-' + bar.fault.fault });
    shape(one, 'rect', { class: 'fault-bar', x: left, width: Math.max(2, right - left), y: y + 13,
      height: 4, rx: 1.5 });
    shape(one, 'text', { class: 'fault-name', x: left, y: y + 11 }, bar.label);
    hinted(one, bar.fault.fault + ' ' + clock(bar.fault.from, 1) + '–' + clock(bar.fault.to, 1) + ': ' +
      bar.fault.what);
  }
}

function drawFaultBands(world, frame, group, bars) {
  for (const bar of bars) {
    const left = clamp(bar.left, frame.left, frame.right);
    const width = Math.max(2, clamp(bar.right, frame.left, frame.right) - left);
    const className = 'fault-band f-' + bar.fault.fault;
    if (bar.fault.peers.length === 0 || bar.fault.peers.length === world.data.order.length) {
      const height = frame.bottom - frame.top;
      shape(group, 'rect', {
        class: className + ' everywhere', x: left, width: width, y: frame.top, height: height,
      });
      continue;
    }
    for (const peer of bar.fault.peers) {
      const y = frame.y(peer) - frame.row / 2;
      shape(group, 'rect', { class: className, x: left, width: width, y: y + 1, height: frame.row - 2 });
    }
  }
}
`;
