/**
 * The stage of a user's full tour: one real peer, alice; everybody else is played with bare bytes. The same
 * play is put on twice, with a peer in the simulated network and with a process in line mode.
 */
import type { UserCommand } from '../../../src/machines/user/events.ts';
import type { Address } from '../../e2e/tools/wire.ts';

/** One TCP connection to or from alice, with the other end in the test's hands. */
export interface Line {
  readonly received: string;
  /** True when alice has closed it too. */
  readonly isEnded: boolean;
  write(text: string): void;
  close(): void;
}

/** Everybody in the play. */
export interface Cast {
  readonly alice: Address;
  /** Is dialled by alice; answers when it is told to. */
  readonly bob: Address;
  /** Dial alice, one after the other; nobody can dial them. */
  readonly callers: readonly Address[];
  /** Is on no list. */
  readonly stranger: Address;
}

/** The room server, played: L is answered by the tests' room, J once alice has been let in. */
export interface PlayedServer {
  readonly requests: readonly string[];
  letsIn: boolean;
  write(text: string): void;
  /** Closes the connection. */
  close(): void;
  /** True when alice has closed it too. */
  isClosed(): boolean;
}

/** The stage, see above. */
export interface Stage {
  /**
   * True if what is typed behind a Join waits for its answer, all but Quit: then nothing can be asked either.
   */
  readonly holdsWhileJoining: boolean;
  readonly cast: Cast;
  readonly server: PlayedServer;
  /** Links from the callers that are up, the newest last. */
  readonly links: Line[];
  /** Everything that alice's windows have shown, each line with its window before it. */
  readonly lines: readonly string[];
  /** Datagrams that bob has got. */
  readonly datagrams: readonly string[];
  /** Connections that bob has got from alice, the newest last. */
  readonly bobsLines: readonly Line[];
  /** False: bob closes whatever comes in. */
  bobAnswers: boolean;
  /** A command of alice's user. */
  command(command: UserCommand): void;
  dial(): Promise<Line>;
  /** True if nobody listens at alice's port any more. */
  isDeaf(): Promise<boolean>;
  /** A datagram from bob. */
  datagram(text: string): void;
  until(what: string, condition: () => boolean): Promise<void>;
  /** Resolves when what was commanded has been done and shown. */
  settle(): Promise<void>;
  /** True when everything of alice has ended. */
  readonly isOver: boolean;
  /** Where alice is: START, NAMED.IDLE, … */
  state(): Promise<string | undefined>;
  /** What alice's user machine was told since the last call, where it can be seen. */
  events?(): readonly string[];
  /** The curtain falls, wherever alice is. */
  close(): Promise<void>;
}

/** Limits that alice plays with: fast, and few connections. */
export const STAGE_LIMITS = {
  pendingHandshakesMax: 1,
  reconnectMinMs: 20,
  searchRetryMs: 100,
  keepaliveMs: 3_600_000,
  handshakeTimeoutMs: 600_000,
  acceptsPerSecondMax: 0,
};

/** The members, as the room server lists them. */
export function listed({ alice, bob, callers }: Cast): readonly Address[] {
  return [alice, bob, ...callers];
}
