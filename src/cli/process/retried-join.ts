/**
 * The Join of the command line, tried until it succeeds (`--retry`): for programs that are started before the
 * room server is, or before the network is there.
 */
import type { Clock, Timer } from '../../io/clock.ts';
import { systemRandom } from '../../io/node/system-random.ts';
import { backOffMs } from '../../pacing/back-off.ts';
import type { Peer } from '../../peer/peer-api.ts';
import {
  JoinPendingError,
  type RefusalError,
  RoomServerRefusedError,
  RoomServerUnreachableError,
} from '../../words/refusals.ts';
import type { PeerArguments } from '../arguments.ts';
import type { ProgramLimits } from '../settings/limits-override.ts';

/** How it stands with it. */
interface RetriedJoin {
  /** False once a room is joined, or what is wrong can't become right. */
  readonly isTrying: boolean;
}

/** What it needs of the outside. */
interface RetryPorts {
  readonly clock: Clock;
  /** Takes a sentence for people. MUST NOT throw. */
  tell(sentence: string): void;
}

/** MUST be called before the peer's start, and before whoever asks it subscribes to the notices. */
export function retriedJoin(
  peer: Peer,
  { room = '' }: Pick<PeerArguments, 'room'>,
  { peer: { reconnectMinMs: minMs, reconnectMaxMs: maxMs } }: ProgramLimits,
  { clock, tell }: RetryPorts,
): RetriedJoin {
  const join = { isTrying: true };
  let attempts = 0;
  let timer: Timer | undefined;
  const again = () => {
    timer = undefined;
    // Somebody has typed it meanwhile.
    if (peer.status().pending.includes('JOIN')) return;
    tell(`Joining ${room} again: attempt ${attempts + 1}.`);
    peer.send({ type: 'JOIN', room });
  };
  const stop = () => {
    join.isTrying = false;
    clock.clearTimeout(timer);
  };
  peer.notices.subscribe((notice) => {
    if (notice.type === 'joined') stop();
    if (notice.type !== 'refused' || notice.command !== 'join' || !join.isTrying) return;
    if (!mayBecomeRight(notice.error)) {
      stop();
      return;
    }
    attempts += 1;
    const pauseMs = backOffMs({ minMs, maxMs, jitterRatio: JITTER }, attempts - 1, () => systemRandom.next());
    timer ??= clock.setTimeout(again, pauseMs);
  });
  peer.terminated.subscribe(stop);
  return join;
}

const JITTER = 0.5;

function mayBecomeRight(error: RefusalError): boolean {
  return (
    error instanceof RoomServerUnreachableError ||
    error instanceof RoomServerRefusedError ||
    error instanceof JoinPendingError
  );
}
