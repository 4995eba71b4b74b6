/**
 * What the end of a simulated TCP connection has around it: its host below, its process above, the ways out
 * and in.
 */
import type { Endpoint } from '../../network.ts';
import type { MemoryPath } from './memory-path.ts';

/** The process's side of an end; told in the kernel's time, also while the process is paused. */
export interface TcpApp {
  /** The handshake is complete; told to the accepting end only. */
  opened(): void;
  /** Something can be read: bytes, or the end of them. */
  readable(): void;
  /** Some of what was held has set off. */
  sent(): void;
  /** The connection is gone. */
  broken(message: string): void;
}

/** The host of an end. */
export interface HostPower {
  readonly isUp: boolean;
  /** Another number after every crash: what was there before is gone. */
  readonly incarnation: number;
}

/** What an end is made of. */
export interface TcpEndOptions {
  readonly power: HostPower;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** The way to the other end, and the way back. */
  readonly path: MemoryPath;
  readonly pathBack: MemoryPath;
}
