/**
 * One direction of a TCP connection: the ordered, retransmitting stream of segments that its sender's kernel
 * makes of a path.
 *
 * Invariants:
 * - segments arrive in the order they were sent, each once, as long as neither host crashes;
 * - cuts and clogs are asked for when a segment sets off: what is under way by then still arrives, what comes
 *   later is held until the way is free, or until the sender gives up; what arrives at a host that is down is
 *   held again;
 * - at most WINDOW_BYTES are under way or unread by the receiving process; the rest is held;
 * - while something is held, and only then, one timer tries again;
 * - no packet is sent for an acknowledgement: whoever asks is told what would have come back by now.
 */
import type { Endpoint } from '../../network.ts';
import { Flight, type Segment } from './memory-flight.ts';
import type { MemoryPath } from './memory-path.ts';
import { type Obstacle, Retransmission, type RetransmissionPorts } from './memory-retransmission.ts';

/** The two ends, as a pipe needs them. */
export interface PipeEnds {
  /** Where it begins and where it leads to. */
  readonly options: { readonly local: Endpoint; readonly remote: Endpoint };
  /** False while no host is there to receive, or this one has forgotten the connection. */
  readonly isOtherUp: boolean;
  /** Gives the receiver what arrives at one instant; false where it must be sent again. */
  arrive(segments: readonly Segment[]): boolean;
  /** At the sender: some of what was held has set off. */
  sent(): void;
  /** At the sender: nothing has got through for too long. */
  giveUp(): void;
}

/**
 * Receive window: bytes that are under way or not read. Large enough for any burst, small enough to be
 * noticed.
 */
export const WINDOW_BYTES = 65_536;

const QUESTION: Segment = { kind: 'data', bytes: Buffer.alloc(0) };

/** One direction of a connection, see above. */
export class Pipe implements RetransmissionPorts {
  readonly #path: MemoryPath;
  readonly #pathBack: MemoryPath;
  readonly #ends: PipeEnds;
  readonly #flight: Flight;
  readonly #retransmission: Retransmission;
  #held: Segment[] = [];
  /** How much of the first held segment has set off already. */
  #firstSent = 0;
  #heldBytes = 0;
  /** Bytes that count against the window. */
  #unreadBytes = 0;
  /** Something has arrived whose acknowledgement found no way back. */
  #isAnswerLost = false;

  constructor(path: MemoryPath, pathBack: MemoryPath, ends: PipeEnds) {
    this.#path = path;
    this.#pathBack = pathBack;
    this.#ends = ends;
    this.#retransmission = new Retransmission(path.clock, this);
    this.#flight = new Flight(path, ends.options, {
      arrive: (segments) => {
        if (!ends.arrive(segments)) this.#holdAgain(segments);
        else if (pathBack.isCut) this.#isAnswerLost = true;
      },
      // What was taken out is never read, what was doubled is read twice.
      changed: (bytes) => this.credit(-bytes),
    });
  }

  /** Bytes that the network has not taken yet. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** True while anything waits, FIN included. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** True while the receiver must say when it has read something. */
  get isFull(): boolean {
    return this.#unreadBytes >= WINDOW_BYTES && this.#held.length > 0;
  }

  /**
   * False while something of what was sent is sent again and again, without an answer: it finds no way, or
   * its acknowledgement finds none back. A receiver that does not read answers.
   */
  get isAcknowledged(): boolean {
    const obstacle = this.obstacle();
    // By now it has been sent again.
    if (!obstacle && this.isAnswered()) this.#isAnswerLost = false;
    if (this.#isAnswerLost) return false;
    return obstacle === undefined || (obstacle === 'full window' && this.isAnswered());
  }

  /** Sends a segment after all those before; it is retransmitted until it gets through. */
  send(segment: Segment): void {
    this.#held.push(segment);
    if (segment.kind === 'data') this.#heldBytes += segment.bytes.length;
    if (this.#held.length === 1) this.#setOff();
  }

  /** The receiving process has read so much. */
  credit(bytes: number): void {
    const wasFull = this.isFull;
    this.#unreadBytes -= bytes;
    if (wasFull) this.proceed();
  }

  /** The sender's last word: drops what is held, and sends RST, which is lost where there is no way. */
  reset(): void {
    this.drop();
    if (!this.#path.isCut) this.#flight.add({ kind: 'rst' });
  }

  /** No process has the connection any more: the kernel won't try for that long. */
  abandon(): void {
    this.#retransmission.hurry();
  }

  /** Forgets what is held; what is under way is. */
  drop(): void {
    this.#retransmission.stop();
    this.#held = [];
    this.#firstSent = 0;
    this.#heldBytes = 0;
  }

  obstacle(): Obstacle | undefined {
    const [first] = this.#held;
    if (!first) return undefined;
    if (this.#path.isCut || !this.#ends.isOtherUp) return 'no way';
    if (first.kind === 'open') return undefined;
    if (this.#path.isClogged) return 'clog';
    return first.kind === 'data' && this.#unreadBytes >= WINDOW_BYTES ? 'full window' : undefined;
  }

  isAnswered(): boolean {
    return !this.#pathBack.isCut;
  }

  /** Sends what is held, up to the next obstacle, and tells the sender where that was something. */
  proceed(): void {
    const heldBytes = this.#heldBytes;
    this.#setOff();
    if (this.#heldBytes < heldBytes) this.#ends.sent();
  }

  #setOff(): void {
    for (let first = this.#held[0]; first; first = this.#held[0]) {
      if (this.obstacle()) {
        this.#retransmission.start();
        return;
      }
      if (first.kind === 'data') this.#setOffPiece(first.bytes);
      else this.#setOffFirst(first);
    }
    this.#retransmission.stop();
  }

  question(): void {
    this.#flight.add(QUESTION);
  }

  giveUp(): void {
    this.drop();
    this.#ends.giveUp();
  }

  /** Sends as much of the first held write as one segment carries and the window lets pass. */
  #setOffPiece(whole: Buffer): void {
    const leftBytes = whole.length - this.#firstSent;
    const sendBytes = Math.min(leftBytes, WINDOW_BYTES - this.#unreadBytes, this.#path.segmentMaxBytes);
    const end = this.#firstSent + sendBytes;
    const bytes = sendBytes === whole.length ? whole : whole.subarray(this.#firstSent, end);
    this.#heldBytes -= sendBytes;
    this.#unreadBytes += sendBytes;
    if (sendBytes === leftBytes) {
      this.#setOffFirst({ kind: 'data', bytes });
    } else {
      this.#firstSent = end;
      this.#flight.add({ kind: 'data', bytes });
    }
  }

  /** @param segment the first held one, or what was left of it. */
  #setOffFirst(segment: Segment): void {
    this.#held.shift();
    this.#firstSent = 0;
    this.#flight.add(segment);
  }

  /**
   * Nobody was there: what was under way waits as what is held does. A host that comes back answers it by
   * RST, so that its order does not matter any more.
   */
  #holdAgain(lost: readonly Segment[]): void {
    for (const segment of [...lost, ...this.#flight.recall()]) {
      this.#held.push(segment);
      if (segment.kind === 'data') this.#heldBytes += segment.bytes.length;
    }
    this.#retransmission.start();
  }
}
