/** Opens the capture of this program. Nothing of it is loaded where none is wanted. */
import { fileHead } from '../../capture/pcapng.ts';
import { WireCapture } from '../../capture/wire-capture.ts';
import type { Network } from '../../io/network.ts';
import { PEER_LIMITS } from '../../limits/peer.ts';
import { BoundedFile } from './bounded-file.ts';
import type { CaptureArguments } from './record-options.ts';

/** What a capture needs. */
export interface CapturePorts {
  /** Of the network: see `WireCapture`. That of simulated networks by default. */
  readonly closeGraceMs?: number;
  /** Takes a sentence for people. MUST NOT throw. */
  tell(sentence: string): void;
}

/** A capture that is open. */
export interface Capture {
  /** @param nowMs the clock of its packets, see `WireCapture`; asked for once. */
  tap(nowMs: () => number): (network: Network, host?: string) => Network;
  /** Nothing is captured any more, and all is in the file. May be called twice. */
  close(): void;
}

/** What waits to be written keeps no process alive: it is written at its end. */
const passingClock = {
  setTimeout: (callback: () => void, delayMs: number) => setTimeout(callback, delayMs).unref(),
  clearTimeout: (timer: unknown) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

/** @throws CannotRunError where its file can't be written. */
export function openCapture(
  path: string,
  { pcapMax: maxBytes }: Pick<CaptureArguments, 'pcapMax'>,
  { closeGraceMs = PEER_LIMITS.closeGraceMs, tell }: CapturePorts,
): Capture {
  const file = new BoundedFile(path, fileHead(), { what: 'capture', clock: passingClock, maxBytes, tell });
  const sink = (block: Buffer) => file.add(block);
  return {
    tap: (nowMs) => {
      const capture = new WireCapture({ sink, nowMs, closeGraceMs });
      return (network, host) => capture.network(network, host);
    },
    close: () => file.close(),
  };
}
