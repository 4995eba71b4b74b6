/**
 * Where the actors of one peer put what others may want to see: notices for the user, frames for the log and
 * the console, counters for /status. One object, handed to everybody who reports.
 */
import { Subject } from 'rxjs';
import type { FramesTrace, Trace } from '../feed/trace.ts';
import type { Clock } from '../io/clock.ts';
import type { Endpoint } from '../io/network.ts';
import type { FaultLimits } from '../limits/faults.ts';
import type { PeerLimits } from '../limits/peer.ts';
import type { Share } from '../protocol/batch.ts';
import type { RawFrame } from '../protocol/frame-decoder.ts';
import { type FrameView, viewOfWhole } from '../protocol/frame-view.ts';
import { TextSlice } from '../protocol/text/text-slice.ts';
import type { Fault, Neighbour } from '../words/faults.ts';
import type { DropKind, Notice } from '../words/notices.ts';
import { Counters } from './counters.ts';
import { DroppedNotices } from './dropped-notices.ts';
import { Pulse } from './pulse.ts';
import { ToldFaults } from './told-faults.ts';

/** Where the room server's frames are traced. */
export const VIA_ROOM_SERVER = 'room server';

/** How a wrong frame of a neighbour is counted, and where it was. */
export interface DroppedFault {
  readonly kind: DropKind;
  readonly via: string;
  /** It, where it was among the frames that came in. */
  readonly frame?: RawFrame;
}

/** The observable side of one peer. */
export class Feed {
  readonly notices = new Subject<Notice>();
  readonly trace = new Subject<Trace>();
  readonly counters = new Counters();
  /** When anything was written or heard, whoever with. */
  readonly pulse: Pulse;
  readonly #dropped: DroppedNotices;
  readonly #faults: ToldFaults;
  #turned: ((frame: RawFrame) => void) | undefined;

  constructor(clock: Clock, limits: FaultLimits & Pick<PeerLimits, 'droppedNoticeMs'>) {
    this.pulse = new Pulse(clock);
    const report = (notice: Notice) => this.notices.next(notice);
    this.#dropped = new DroppedNotices(clock, limits.droppedNoticeMs, report);
    this.#faults = new ToldFaults(clock, limits, report);
  }

  /** Room names of the last LIST. */
  rooms: readonly string[] = [];

  /** Bound, because machines take it as a port. */
  readonly report = (notice: Notice): void => {
    if (notice.type === 'groups') this.rooms = notice.rooms;
    this.notices.next(notice);
  };

  /** Counts what a chunk held, and shows its frames to whoever watches. */
  framesIn(via: string, remote: Endpoint, rawFrames: readonly RawFrame[]): void {
    this.pulse.heard();
    this.counters.add('frames in', rawFrames.length);
    if (!this.trace.observed) return;
    const frames = new TracedFrames('in', via, remote, rawFrames.length, () => rawFrames.map(viewOf));
    this.trace.next(Object.assign(frames, { handled: rawFrames, hearTurns: this.#hearTurns }));
  }

  readonly #hearTurns = (turned: (frame: RawFrame) => void): void => {
    this.#turned = turned;
  };

  /** What happens from now on is caused by this one of the frames that have come in together. */
  turnTo(frame: RawFrame): void {
    this.#turned?.(frame);
  }

  /** Counts what is written, and shows its frames to whoever watches. */
  framesOut(via: string, remote: Endpoint, share: Share): void {
    this.pulse.wrote(via === VIA_ROOM_SERVER);
    this.counters.add('frames out', share.frameCount);
    if (!this.trace.observed) return;
    this.trace.next(new TracedFrames('out', via, remote, share.frameCount, () => share.frames()));
  }

  /**
   * A frame that is not shown and not forwarded: counted, logged each, told to the user gathered.
   * @param frame it, where it was among the frames that came in.
   */
  drop(kind: DropKind, via: string, describe: () => string, frame?: RawFrame): void {
    this.counters.add(`dropped: ${kind}`);
    this.#dropped.add(kind, describe);
    if (this.trace.observed) this.trace.next({ type: 'dropped', kind, via, what: describe(), frame });
  }

  /** A neighbour's wrong frame that is dropped: counted and logged each; `fault` tells of it. */
  dropFault(drop: DroppedFault, fault: Fault): void {
    const { kind, via, frame } = drop;
    const { words: what, field, bytes } = fault;
    this.counters.add(`dropped: ${kind}`);
    if (this.trace.observed) this.trace.next({ type: 'dropped', kind, via, what, field, bytes, frame });
  }

  /** Something is wrong with a neighbour: told once. Bound, because machines take it as a port. */
  readonly fault = (neighbour: Neighbour, fault: Fault): void => this.#faults.tell(neighbour, fault);

  /** True if the user was told of this neighbour and kind. */
  hasTold(neighbour: Neighbour, kind: string): boolean {
    return this.#faults.has(neighbour, kind);
  }

  stop(): void {
    this.#dropped.stop();
    this.notices.complete();
    this.trace.complete();
  }
}

/** Frames that are looked at by few: what is said of them is made when it is asked for. */
class TracedFrames implements FramesTrace {
  readonly type = 'frames';
  readonly direction: 'in' | 'out';
  readonly via: string;
  readonly count: number;
  readonly #remote: Endpoint;
  readonly #make: () => readonly FrameView[];
  #frames: readonly FrameView[] | undefined;

  constructor(
    direction: 'in' | 'out',
    via: string,
    remote: Endpoint,
    count: number,
    make: () => readonly FrameView[],
  ) {
    this.direction = direction;
    this.via = via;
    this.#remote = remote;
    this.count = count;
    this.#make = make;
  }

  get remote(): string {
    return `${this.#remote.host}:${this.#remote.port}`;
  }

  get frames(): readonly FrameView[] {
    this.#frames ??= this.#make();
    return this.#frames;
  }
}

function viewOf(raw: RawFrame): FrameView {
  if (raw instanceof TextSlice) return raw;
  return viewOfWhole(raw.kind === 'MALFORMED' ? raw.sample : raw.bytes);
}
