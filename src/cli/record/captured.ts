/** The capture of a program's wires, where one is asked for; nothing of it is loaded where none is. */
import { performance } from 'node:perf_hooks';
import type { Network } from '../../io/network.ts';
import type { Capture, CapturePorts } from './open-capture.ts';
import type { CaptureArguments } from './record-options.ts';

/** Of real wires, with microseconds. */
const nowMs = () => performance.timeOrigin + performance.now();

/** @throws CannotRunError where its file can't be written. */
export async function captureOf(given: CaptureArguments, ports: CapturePorts): Promise<Capture | null> {
  if (given.pcap === undefined) return null;
  const { openCapture } = await import('./open-capture.ts');
  return openCapture(given.pcap, given, ports);
}

/**
 * The real network, captured until the process ends, so that the last FIN of everybody is in the file; itself
 * where no capture is asked for.
 * @param host see `WireCapture.network`.
 * @throws CannotRunError where the file can't be written.
 */
export async function capturedWires(
  real: Network,
  given: CaptureArguments,
  ports: CapturePorts,
  host?: string,
): Promise<Network> {
  const capture = await captureOf(given, ports);
  if (!capture) return real;
  process.once('exit', () => capture.close());
  return capture.tap(nowMs)(real, host);
}
