/**
 * When each member was last in touch with us, and what may be missing at its side when a link to it comes up:
 * the decision of catching up (catch-up.ts), pure. Time is handed in.
 *
 * A member is in touch while anything of it is heard: bytes over a link with it, or a message that it has
 * said, by whatever way. A message that reaches us has found links that lead both ways, so ours reached it,
 * too. What is said after that may be missing there.
 *
 * Who merely joins gets no past, and a restarted peer nothing of what was said before. So a link mends a
 * break at once only for a member that goes on with the incarnation that we know: we have heard it, before a
 * list showed it added again if one did, and its handshake tells no lower message ID. Any other one may be a
 * new process, until it shows by a message of the past that it remembers what was said, and a fresh list
 * tells whether it was added again before or after that. Of whom has said nothing yet, the order of a fresh
 * list may tell: a new process is added at the head of it, so who still stands behind somebody that had been
 * added before we lost touch is the one that we know.
 *
 * Some programs show a message again that comes again, so a member is first given only what it probably
 * misses. Who shows by a message of the past that it remembers what was said, and sends it again itself,
 * drops what it knows: it is given all that it may miss (mending.ts).
 */
import type { PeerLimits } from '../../limits/peer.ts';
import type { Link, LinkEnd } from '../../overlay/link-table.ts';
import type { Member } from '../../overlay/member.ts';
import type { MembershipChange } from '../../overlay/membership.ts';

/** The periods that the decision needs; limits/ says what each is for. */
type ContactLimits = Pick<PeerLimits, 'gapHorizonMs' | 'gapMarginMs' | 'catchUpMax' | 'journalMs' | 'seenMs'>;

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
  /**
   * What it probably misses if a fresh list shows that it was not added anew; `null` where that is not asked.
   */
  readonly ifUnmoved: Unmoved | null;
}

/** What somebody misses who has said nothing yet, and was last in touch then. */
interface Unmoved extends Missing {
  readonly inTouchMs: number;
}

interface Contact {
  /** Since when it has been in the room, in the incarnation that we know, as far as the list has told. */
  listedMs: number;
  /** When it was last added to the list: a new incarnation is in the room since then at the latest. */
  addedMs: number;
  /** The list before that one came then: whoever remembers something older was there before it was added. */
  addedAfterMs: number;
  /** The highest message ID that had been heard of it by then; -1 for none. */
  addedMsgId: number;
  inTouchMs: number;
  /** What was written to a broken link with it from then on may be missing; `null` where none broke. */
  undeliveredSinceMs: number | null;
  /** It could not be reached, or was absent, or we were cut off from everybody, since it was in touch. */
  isCutOff: boolean;
  isListed: boolean;
  /** It was added again, and nothing has shown yet whether it was started anew. */
  isAddedAgain: boolean;
  /** It was started anew, as its message IDs have told, and has not been found the same since. */
  isRestarted: boolean;
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
  /** When the last list came; `null` before the first. */
  #listMs: number | null = null;
  /**
   * We were cut off from everybody since then: who is new on the next list may have been there all the time.
   */
  #isListOld = false;

  constructor(limits: ContactLimits) {
    this.#limits = limits;
  }

  /**
   * A list has come.
   * @param lastMsgId the highest message ID that was heard of a member; -1 for none.
   */
  listChanged(
    { joined, left, addedAgain }: MembershipChange,
    lastMsgId: (hid: string) => number,
    nowMs: number,
  ): void {
    const addedAfterMs = this.#listMs ?? nowMs;
    const added = (hid: string) => ({
      addedMs: nowMs,
      addedAfterMs,
      addedMsgId: lastMsgId(hid),
      isAddedAgain: true,
    });
    const listedMs = this.#isListOld ? addedAfterMs : nowMs;
    this.#listMs = nowMs;
    this.#isListOld = false;
    for (const { hid } of addedAgain) {
      const contact = this.#contacts.get(hid);
      if (contact) Object.assign(contact, { ...added(hid), isSuspect: true });
    }
    for (const { hid } of left) {
      const contact = this.#contacts.get(hid);
      if (contact) Object.assign(contact, { isListed: false, isCutOff: true, isSuspect: true });
    }
    for (const { hid } of joined) {
      const contact = this.#contacts.get(hid);
      if (contact) Object.assign(contact, { ...added(hid), isListed: true });
      else this.#contacts.set(hid, newContact(listedMs, nowMs));
    }
    if (left.length > 0) this.#forgetAbsent(nowMs);
  }

  /** This member has begun a new incarnation: it has nothing of what was said before it joined. */
  newIncarnation(originHid: string, nowMs: number): void {
    const contact = this.#contacts.get(originHid);
    if (!contact) return;
    // It may have joined somewhat earlier, but who was linked with it then has told it what was said.
    this.#restarted(contact, nowMs);
  }

  #restarted(contact: Contact, sinceMs: number): void {
    Object.assign(contact, {
      listedMs: sinceMs,
      isAddedAgain: false,
      isRestarted: true,
      passesDuplicatesOn: false,
    });
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
   * @param deliveredMs what was written to it before has arrived; `null` where all has, or nothing was
   * written.
   */
  linkEnded({ hid }: Member, end: LinkEnd, deliveredMs: number | null): void {
    const contact = this.#contacts.get(hid);
    if (!contact) return;
    contact.isSuspect = true;
    if (end === 'lost') contact.isCutOff = true;
    if (deliveredMs === null) return;
    contact.undeliveredSinceMs = Math.min(deliveredMs, contact.undeliveredSinceMs ?? deliveredMs);
  }

  /**
   * Our last link led to a process that has gone, nobody knows since when: who is new on the next list may
   * have been there all the time.
   */
  weMayHaveBeenAlone(): void {
    this.#isListOld = true;
  }

  /** We were cut off from everybody, or stood still: every member may lack what we have. */
  weWereCutOff(): void {
    this.#isListOld = true;
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
    if (isNew) this.#restarted(contact, contact.isAddedAgain ? contact.addedMs : nowMs);
    const isSame = !isNew && isOfKnownIncarnation(contact, msgId);
    if (isSame) Object.assign(contact, { isAddedAgain: false, isRestarted: false });
    // Whom we dial was here before us, or was added to a list that we have had since.
    const isUnsuspected = !contact.isSuspect && direction === 'forward';
    const isSilent = !isNew && msgId === 0;
    const gap = contact.passesDuplicatesOn
      ? null
      : this.#gap(contact, { isSame, isSilent, isUnsuspected }, nowMs);
    contact.inTouchMs = nowMs;
    contact.isCutOff = false;
    contact.undeliveredSinceMs = null;
    return gap;
  }

  /**
   * A member that may have been a new process has shown that it remembers what was said at `rememberedMs`.
   * @returns since when it may miss something.
   */
  possibleSinceMs({ hid }: Member, rememberedMs: number): number {
    const contact = this.#contacts.get(hid);
    if (!contact) return rememberedMs;
    const { listedMs, addedAfterMs, addedMs, isAddedAgain, isRestarted } = contact;
    // What it shows may have been told to it since.
    if (isRestarted) return isAddedAgain ? addedMs : listedMs;
    if (!isAddedAgain) return Math.min(listedMs, rememberedMs);
    if (rememberedMs >= addedAfterMs) return rememberedMs;
    contact.isAddedAgain = false;
    return Math.min(listedMs, rememberedMs);
  }

  /**
   * @param order the members on a list that was asked for after the link came up, newest first.
   * @param inTouchMs when the member was last in touch before that.
   * @returns true if it can't have been added to the list since then.
   */
  isUnmoved({ hid }: Member, inTouchMs: number, order: readonly Member[]): boolean {
    const place = order.findIndex((member) => member.hid === hid);
    return order.slice(0, Math.max(0, place)).some((ahead) => {
      const contact = this.#contacts.get(ahead.hid);
      return contact !== undefined && contact.addedMs <= inTouchMs;
    });
  }

  #gap(
    contact: Contact,
    { isSame, isSilent, isUnsuspected }: { isSame: boolean; isSilent: boolean; isUnsuspected: boolean },
    nowMs: number,
  ): Gap {
    const { listedMs, addedMs, inTouchMs, isCutOff, isAddedAgain, isSuspect } = contact;
    const sinceMs = Math.max(this.#missingSinceMs(contact, nowMs), listedMs);
    const { catchUpMax, seenMs } = this.#limits;
    const framesMax = isCutOff ? Number.POSITIVE_INFINITY : catchUpMax;
    const isMending = isSilent && (isSuspect || isCutOff);
    const sameSinceMs = isAddedAgain ? Math.max(sinceMs, addedMs) : sinceMs;
    return {
      probable: isSame ? { sinceMs, framesMax } : null,
      ifUnmoved: isMending ? { sinceMs: sameSinceMs, framesMax, inTouchMs } : null,
      // Who was not cut off is not told what is long past.
      signSinceMs: isSame || isUnsuspected ? Math.max(listedMs, isCutOff ? listedMs : nowMs - seenMs) : null,
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

/**
 * It has used message IDs, and no lower one than we had heard before it was added again if it was. Of whom we
 * had heard nothing then, nothing tells whether it was started anew: that it misses nothing is more.
 */
function isOfKnownIncarnation({ isAddedAgain, addedMsgId }: Contact, msgId: number): boolean {
  return msgId > 0 && (!isAddedAgain || msgId >= addedMsgId);
}

/** It has told before that it counts anew, and nothing of the new count has been heard since. */
function hasToldBefore({ told }: Contact, msgId: number, knownMsgId: number): boolean {
  return told !== null && told.knownMsgId === knownMsgId && told.msgId < knownMsgId && told.msgId <= msgId;
}

/** @param listedMs since when it may have been in the room; before `nowMs` where our list was old. */
function newContact(listedMs: number, nowMs: number): Contact {
  return {
    listedMs,
    addedMs: nowMs,
    addedAfterMs: listedMs,
    addedMsgId: -1,
    inTouchMs: nowMs,
    undeliveredSinceMs: null,
    isCutOff: false,
    isListed: true,
    isAddedAgain: false,
    isRestarted: false,
    isSuspect: false,
    passesDuplicatesOn: false,
    told: null,
  };
}
