/**
 * Which members have been away lately, as far as lists have shown: they went from the list, came back, or
 * were added again. What was said meanwhile may be sent to them again, and by them to others
 * (docs/ARCHITECTURE.md, "Catching up").
 *
 * Invariant: nobody is remembered for longer than `journalMs`, because nothing older is sent again.
 */
import type { PeerLimits } from '../limits/peer.ts';
import type { Member } from './member.ts';
import type { MembershipChange } from './membership.ts';

/** The members of one room that have been away. */
export class Absences {
  readonly #journalMs: number;
  /** When a list showed it last, by HID; the oldest is first. */
  readonly #shown = new Map<string, { readonly member: Member; readonly atMs: number }>();

  constructor({ journalMs }: Pick<PeerLimits, 'journalMs'>) {
    this.#journalMs = journalMs;
  }

  /**
   * The member list has changed.
   * @param nowMs the time, never smaller than in the call before.
   */
  listChanged({ left, addedAgain }: MembershipChange, nowMs: number): void {
    this.#forgetOld(nowMs);
    for (const member of [...left, ...addedAgain]) {
      this.#shown.delete(member.hid);
      this.#shown.set(member.hid, { member, atMs: nowMs });
    }
  }

  /**
   * True if anybody has been away within `journalMs` but the member whose messages carry this origin.
   * @param origin its HID, or its nickname.
   * @param nowMs the time, never smaller than in the call before.
   */
  hasOthers(origin: string, nowMs: number): boolean {
    this.#forgetOld(nowMs);
    if (this.#shown.size !== 1) return this.#shown.size > 1;
    const [only] = this.#shown.values();
    return only?.member.hid !== origin && only?.member.user !== origin;
  }

  #forgetOld(nowMs: number): void {
    for (const [hid, { atMs }] of this.#shown) {
      if (nowMs - atMs <= this.#journalMs) return;
      this.#shown.delete(hid);
    }
  }
}
