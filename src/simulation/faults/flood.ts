/**
 * A user that says very much at once, as a program does whose output is piped into a peer: it gives the next
 * message as long as the peer takes it (`Peer.intake`), and waits while the links have not taken what was
 * given before.
 */
import type { SimulatedPeer } from '../simulated-peer.ts';

/** Messages of one flood, and bytes of each: 1.1 MiB of frames, some four times what a link lets wait. */
export const FLOOD_MESSAGES = 2_000;
const MESSAGE_BYTES = 490;
/** How soon who waits looks again. */
const LOOK_AGAIN_MS = 20;

/** What a flood needs of its world. */
interface FloodPorts {
  readonly peer: SimulatedPeer;
  /** Unique in the world; begins each of its messages. */
  readonly label: string;
  /** From then on nothing more is said. */
  readonly untilMs: number;
  nowMs(): number;
  at(atMs: number, act: () => void): void;
  /** The user says this. */
  say(peer: SimulatedPeer, content: string): void;
}

/** Begins a flood; it ends by itself. */
export function flood(ports: FloodPorts): void {
  const { peer, label, untilMs, nowMs, at, say } = ports;
  let said = 0;
  const goOn = () => {
    while (said < FLOOD_MESSAGES && peer.takesMore) {
      said += 1;
      say(peer, `${label} ${said} `.padEnd(MESSAGE_BYTES, '.'));
    }
    if (said < FLOOD_MESSAGES && nowMs() + LOOK_AGAIN_MS < untilMs) at(nowMs() + LOOK_AGAIN_MS, goOn);
  };
  goOn();
}
