/**
 * What is wrong with the member at the other end of a link that is up, as far as its frames show it: said
 * once of each member and kind (feed/told-faults.ts).
 */
import type { DroppedFault, Feed } from '../feed/feed.ts';
import type { Clock, Timer } from '../io/clock.ts';
import type { FaultLimits } from '../limits/faults.ts';
import type { Member } from '../overlay/member.ts';
import type { RawFrame } from '../protocol/frame-decoder.ts';
import type { TextHeader } from '../protocol/text/text-header.ts';
import { RepairedTextSlice, type TextSlice } from '../protocol/text/text-slice.ts';
import {
  type Fault,
  type FaultKind,
  faultOf,
  memberNeighbour,
  type Neighbour,
  noFrame,
  otherHid,
  otherRoom,
} from '../words/faults.ts';
import type { DropKind } from '../words/notices.ts';

/** What it needs of its peer. */
interface LinkFaultPorts {
  readonly clock: Clock;
  readonly limits: Pick<FaultLimits, 'faultDoubtMs'>;
  readonly feed: Feed;
  /** The room that we are in. */
  readonly room: { readonly name: string | null };
}

const WRONG_ROOM: FaultKind = 'wrong room in T';

/** One of each link that is up. */
export class LinkFaults {
  readonly #ports: LinkFaultPorts;
  readonly #member: Member;
  readonly #neighbour: Neighbour;
  /** The header whose origin was looked at last. */
  #judged: TextHeader | undefined;
  /** What may turn out to be no fault. */
  #doubtful: { readonly fault: Fault; readonly timer: Timer } | undefined;

  constructor(ports: LinkFaultPorts, member: Member) {
    this.#ports = ports;
    this.#member = member;
    this.#neighbour = memberNeighbour(member);
  }

  /**
   * Counts a dropped frame that is a fault of the member, and tells of it.
   * @returns false where it is none, or one of which PROTOCOL.md wants an error line each.
   */
  drop(drop: Required<DroppedFault>): boolean {
    const fault = this.#faultIn(drop.kind, drop.frame);
    if (fault === undefined) return false;
    const { feed, clock, limits } = this.#ports;
    feed.dropFault(drop, fault);
    this.stop();
    if (drop.kind === 'malformed' && drop.frame.kind === 'CONTROL') {
      const timer = clock.setTimeout(() => this.stop(), limits.faultDoubtMs);
      this.#doubtful = { fault, timer };
    } else feed.fault(this.#neighbour, fault);
    return true;
  }

  /** What was doubtful is told. */
  stop(): void {
    const doubtful = this.#doubtful;
    this.dismissDoubtful();
    if (doubtful) this.#ports.feed.fault(this.#neighbour, doubtful.fault);
  }

  /** The bytes that were no frame are the rest of an older one: a NUL has come behind them. */
  dismissDoubtful(): void {
    if (this.#doubtful) this.#ports.clock.clearTimeout(this.#doubtful.timer);
    this.#doubtful = undefined;
  }

  /**
   * Looks at the origin of what the member says itself, and at a length that had to be mended.
   * @param named members with that nickname.
   */
  judgeText(text: TextSlice, named: (user: string) => readonly Member[]): void {
    if (text instanceof RepairedTextSlice)
      this.#ports.feed.fault(
        this.#neighbour,
        noFrame(this.#neighbour, { kind: 'CONTROL', bytes: text.original }),
      );
    const { header } = text;
    // Texts in a row have the same header, which was looked at with the first of them.
    if (header === this.#judged) return;
    this.#judged = header;
    const { user, hid } = this.#member;
    if (header.originUser !== user || header.originHid === hid) return;
    if (named(user).some((namesake) => namesake.hid === header.originHid)) return;
    this.tell('wrong HID', otherHid(this.#member, header.originHid), text.bytes);
  }

  /** Something is wrong that costs no frame. */
  tell(kind: FaultKind, detail: string, bytes: Buffer): void {
    this.#ports.feed.fault(this.#neighbour, faultOf(kind, this.#neighbour, detail, bytes));
  }

  #faultIn(kind: DropKind, frame: RawFrame): Fault | undefined {
    if (kind === 'malformed') return noFrame(this.#neighbour, frame);
    if (kind === 'unexpected' && frame.kind !== 'MALFORMED') {
      const letter = String.fromCharCode(frame.bytes[0] ?? 0);
      return faultOf('out of turn', this.#neighbour, letter, frame.bytes);
    }
    const { feed, room } = this.#ports;
    // Each has its error line (PROTOCOL.md, Flooding): those after the first are gathered.
    if (kind === 'wrong room' && frame.kind === 'TEXT' && !feed.hasTold(this.#neighbour, WRONG_ROOM))
      return faultOf(WRONG_ROOM, this.#neighbour, otherRoom(frame.room, room.name), frame.bytes);
    return undefined;
  }
}
