/**
 * When each member was last in touch with us, and what may be missing at its side when a link to it comes up:
 * the decision of catching up (catch-up.ts), pure. Time is handed in.
 *
 * A member is in touch while anything of it is heard: bytes over a link with it, or a message that it has
 * said, by whatever way. A message that reaches us has found links that lead both ways, so ours reached it,
 * too. What is said after that may be missing there.
 *
 * Who merely joins gets no past, and a restarted peer nothing of what was said before. So a link mends a break
 * only for a member that goes on with the incarnation that we know: its handshake tells a message ID that it
 * has used, and not a lower one than we have heard. One that has used none may be a new process.
 *
 * Some programs show a message again that comes again, so a member is first given only what it probably
 * misses. Who shows by a message of the past that it remembers what was said, and sends it again itself, drops
 * what it knows: it is given all that it may miss (mending.ts).
 */
import type { PeerLimits } from '../limits.ts';
import type { Link, LinkEnd } from '../overlay/link-table.ts';
import type { Member } from '../overlay/member.ts';
import type { MembershipChange } from '../overlay/membership.ts';

/** The periods that the decision needs; limits.ts says what each is for. */
export type ContactLimits = Pick<PeerLimits, 'gapHorizonMs' | 'gapMarginMs' | 'catchUpMax' | 'journalMs'>;

/** Frames that came in from a moment on. */
export interface Missing {
  readonly sinceMs: number;
  /** Not more than so many, the newest: who was not cut off has most of them. */
  readonly framesMax: number;
}

/** What may be missing at a member. */
export interface Gap {
  /** What it probably misses; `null` where it may be a new process, which is to get nothing of the past. */
  readonly probable: Missing | null;
  /** It is shown by a message from then on at the earliest that we are no new process; `null` where not. */
  readonly signSinceMs: number | null;
  /** What it may miss at most, once it has shown that it remembers something. */
  readonly possible: Missing;
}

interface Contact {
  /** Since when it has been in the room, in the incarnation that we know, as far as the list has told. */
  listedMs: number;
  /** When it was last added to the list: a new incarnation is in the room since then at the latest. */
  addedMs: number;
  inTouchMs: number;
  /** What was written to a broken link with it from then on may be missing; `null` where none broke. */
  undeliveredSinceMs: number | null;
  /** It could not be reached, or was absent, or we were cut off from everybody, since it was in touch. */
  isCutOff: boolean;
  isListed: boolean;
  /** It has gone from the list or from a link, or was added again: it may have been started anew. */
  isSuspect: boolean;
  passesDuplicatesOn: boolean;
  /** The last message ID that it has told in a handshake, and the highest that we had heard of it by then. */
  told: { readonly msgId: number; readonly knownMsgId: number } | null;
}

/** The members of one room as contacts. */
export class Contacts {
  readonly #limits: ContactLimits;
  readonly #contacts = new Map<string, Contact>();

  constructor(limits: ContactLimits) {
    this.#limits = limits;
  }

  /** The member list has changed. */
  listChanged({ joined, left, addedAgain }: MembershipChange, nowMs: number): void {
    for (const { hid } of addedAgain) {
      const contact = this.#contacts.get(hid);
      if (contact) Object.assign(contact, { addedMs: nowMs, isSuspect: true });
    }
    for (const { hid } of left) {
      const contact = this.#contacts.get(hid);
      if (contact) Object.assign(contact, { isListed: false, isCutOff: true, isSuspect: true });
    }
    for (const { hid } of joined) {
      const contact = this.#contacts.get(hid);
      if (contact) Object.assign(contact, { isListed: true, addedMs: nowMs });
      else this.#contacts.set(hid, newContact(nowMs));
    }
    if (left.length > 0) this.#forgetAbsent(nowMs);
  }

  /** Something of this member has been heard. @param originHid an unknown one is passed over. */
  heard(originHid: string, nowMs: number): void {
    const contact = this.#contacts.get(originHid);
    if (!contact) return;
    contact.inTouchMs = nowMs;
    contact.isCutOff = false;
  }

  /**
   * A link with this member, or an attempt at one, has ended.
   * @param deliveredMs what was written to it before has arrived; `null` where all has, or nothing was written.
   */
  linkEnded({ hid }: Member, end: LinkEnd, deliveredMs: number | null): void {
    const contact = this.#contacts.get(hid);
    if (!contact) return;
    contact.isSuspect = true;
    if (end === 'lost') contact.isCutOff = true;
    if (deliveredMs === null) return;
    contact.undeliveredSinceMs = Math.min(deliveredMs, contact.undeliveredSinceMs ?? deliveredMs);
  }

  /** We were cut off from everybody, or stood still: every member may lack what we have. */
  weWereCutOff(): void {
    for (const contact of this.#contacts.values()) contact.isCutOff = true;
  }

  /** This member hands messages on that it has had before. */
  passesDuplicatesOn({ hid }: Member): void {
    const contact = this.#contacts.get(hid);
    if (contact) contact.passesDuplicatesOn = true;
  }

  /**
   * A link with this member comes up: what may be missing there, `null` for nothing. It is in touch from now
   * on.
   * @param msgId the last message ID that it has used, as its handshake says.
   * @param knownMsgId the highest ID that we have heard of it; -1 for none.
   */
  gapAt(
    { direction, member: { hid } }: Pick<Link, 'direction' | 'member'>,
    msgId: number,
    knownMsgId: number,
    nowMs: number,
  ): Gap | null {
    const contact = this.#contacts.get(hid);
    if (!contact) return null;
    const isNew = msgId < knownMsgId && !hasToldBefore(contact, msgId, knownMsgId);
    contact.told = { msgId, knownMsgId };
    if (isNew) Object.assign(contact, { listedMs: contact.addedMs, passesDuplicatesOn: false });
    const isSame = msgId > 0 && !isNew;
    // Whom we dial was here before us, or was added to a list that we have had since.
    const isUnsuspected = !contact.isSuspect && direction === 'forward';
    const gap = contact.passesDuplicatesOn ? null : this.#gap(contact, isSame, isUnsuspected, nowMs);
    contact.inTouchMs = nowMs;
    contact.isCutOff = false;
    contact.undeliveredSinceMs = null;
    return gap;
  }

  #gap(contact: Contact, isSame: boolean, isUnsuspected: boolean, nowMs: number): Gap {
    const { listedMs, isCutOff } = contact;
    const sinceMs = Math.max(this.#missingSinceMs(contact, nowMs), listedMs);
    const framesMax = isCutOff ? Number.POSITIVE_INFINITY : this.#limits.catchUpMax;
    return {
      probable: isSame ? { sinceMs, framesMax } : null,
      signSinceMs: isSame || isUnsuspected ? listedMs : null,
      possible: { sinceMs: listedMs, framesMax: Number.POSITIVE_INFINITY },
    };
  }

  #missingSinceMs({ inTouchMs, undeliveredSinceMs, isCutOff }: Contact, nowMs: number): number {
    const { gapHorizonMs, gapMarginMs } = this.#limits;
    if (isCutOff) return Math.min(undeliveredSinceMs ?? inTouchMs, inTouchMs - gapMarginMs);
    // Its link with us broke, and nothing else did: what was lost with that is known.
    if (undeliveredSinceMs !== null) return undeliveredSinceMs;
    return Math.max(inTouchMs, nowMs - gapHorizonMs) - gapMarginMs;
  }

  /** Who has left for longer than the journal lasts is a stranger when it comes back. */
  #forgetAbsent(nowMs: number): void {
    for (const [hid, { isListed, inTouchMs }] of this.#contacts) {
      if (!isListed && nowMs - inTouchMs > this.#limits.journalMs) this.#contacts.delete(hid);
    }
  }
}

/** It has told before that it counts anew, and nothing of the new count has been heard since. */
function hasToldBefore({ told }: Contact, msgId: number, knownMsgId: number): boolean {
  return told !== null && told.knownMsgId === knownMsgId && told.msgId < knownMsgId && told.msgId <= msgId;
}

function newContact(nowMs: number): Contact {
  return {
    listedMs: nowMs,
    addedMs: nowMs,
    inTouchMs: nowMs,
    undeliveredSinceMs: null,
    isCutOff: false,
    isListed: true,
    isSuspect: false,
    passesDuplicatesOn: false,
    told: null,
  };
}
