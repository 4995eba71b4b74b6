/**
 * The page's own script, put together from its parts. It is plain JavaScript in strings because it runs in
 * the reader's browser and not in this program: it draws what is in the section's JSON, calculates no
 * statistics, asks no network for anything, and puts names and texts into the page as text only.
 */
import { BASICS_SCRIPT } from './basics.ts';
import { CONTROLS_SCRIPT } from './controls.ts';
import { DIAGRAM_SCRIPT } from './diagram.ts';
import { DIAGRAM_INPUT_SCRIPT } from './diagram-input.ts';
import { FAULT_LANES_SCRIPT } from './fault-lanes.ts';
import { HOPS_SCRIPT } from './hops.ts';
import { RING_SCRIPT } from './ring.ts';
import { RING_FLOOD_SCRIPT } from './ring-flood.ts';
import { SIDE_SCRIPT } from './side.ts';
import { STRIP_SCRIPT } from './strip.ts';
import { WORLD_SCRIPT } from './world.ts';

/** The whole script, in strict mode and with no name outside itself. */
export function pageScript(): string {
  const parts = [
    BASICS_SCRIPT,
    WORLD_SCRIPT,
    RING_SCRIPT,
    RING_FLOOD_SCRIPT,
    SIDE_SCRIPT,
    STRIP_SCRIPT,
    FAULT_LANES_SCRIPT,
    HOPS_SCRIPT,
    DIAGRAM_SCRIPT,
    DIAGRAM_INPUT_SCRIPT,
    CONTROLS_SCRIPT,
  ];
  return `(function () {\n'use strict';\n${parts.join('\n')}\nboot();\n})();`;
}
