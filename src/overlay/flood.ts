/**
 * The flood decision: what to do with a TEXT that came over a link (PROTOCOL.md, Flooding). Pure; who gets a
 * copy and how it is written is the relay's business.
 */

import type { TextHeader } from '../protocol/text/text-header.ts';
import type { TextSlice } from '../protocol/text/text-slice.ts';
import type { Link } from './link-table.ts';
import { Fingerprints } from './seen/fingerprint.ts';
import { MULTIPLIER } from './seen/mixed.ts';
import type { MessageKey, PassedOn } from './seen/passed-on.ts';
import type { Circumstances, SeenCache, SeenVerdict } from './seen/seen-cache.ts';
import { Strangers } from './seen/strangers.ts';

/**
 * `new` is shown and forwarded; `undecided` waits for a fresh member list; everything else is dropped and
 * counted under its name. `own name`: it claims our own HID and is none of our messages. `over its share`: so
 * much else has come over its link that it could not be remembered (seen/passed-on.ts).
 */
export type Verdict = SeenVerdict | 'wrong room' | 'own name' | 'over its share';

/**
 * Who gets a copy of a new TEXT: every link but the one that it came over, and not its origin, which may be
 * named by its HID or by its nickname (PROTOCOL.md, Flooding; Other implementations).
 */
export function getsCopy({ id, member }: Link, fromLink: string, originHid: string): boolean {
  return id !== fromLink && originHid !== member.hid && originHid !== member.user;
}

const CHECK_SEED = 0x5bd1e995;

/** What a header alone tells of the TEXTs that have it. */
type Origin = 'another' | 'ourselves' | 'wrong room';

/** What the flood decision needs of its room. */
interface FloodPorts {
  /** The name of the room: TEXTs of another one are not ours. */
  room(): string | null;
  readonly selfHid: string;
  readonly seen: SeenCache;
  readonly passedOn: PassedOn;
  /** Of fingerprints: known to nobody else. */
  readonly seed: number;
  /** See limits/. */
  readonly strangerMessagesMax: number;
  /** The last message ID that we have used. */
  lastMsgId(): number;
  /** True for the HID, or the nickname, of a listed member. */
  isOfMember(originHid: string): boolean;
  /** True if members other than this origin have been away lately: what it said may be sent to them again. */
  mayBeSaidAgain(originHid: string, nowMs: number): boolean;
}

/**
 * Judges the TEXTs that come in.
 *
 * Invariant, for any input: of the copies of one message, by origin, ID and content, one is `new` within
 * `seenMs`. The exception is a member that has been started anew and says the very same as before: over its
 * own link it is heard.
 */
export class Flood {
  readonly #ports: FloodPorts;
  readonly #fingerprints: Fingerprints;
  /** By another seed: what two messages have the same by chance here differs there. */
  readonly #checks: Fingerprints;
  readonly #strangers: Strangers;
  /** The last header looked at: TEXTs of one origin come one after the other and share theirs. */
  #header: TextHeader | undefined;
  #origin: Origin = 'wrong room';
  #taggedHid = '';
  #tag = 0;
  #tagCheck = 0;

  constructor(ports: FloodPorts) {
    this.#ports = ports;
    this.#fingerprints = new Fingerprints(ports.seed);
    this.#checks = new Fingerprints(ports.seed ^ CHECK_SEED);
    this.#strangers = new Strangers(ports.strangerMessagesMax);
  }

  /**
   * Judges one TEXT and remembers it if it is new.
   * @param linkId the link that it came over.
   * @param circumstances what is known beyond the frame itself.
   */
  judge(text: TextSlice, linkId: string, nowMs: number, circumstances?: Circumstances): Verdict {
    const { header, msgId } = text;
    if (header !== this.#header) this.#lookAt(header);
    if (this.#origin === 'wrong room') return 'wrong room';
    const { seen, lastMsgId } = this.#ports;
    // A cycle brings our own messages back; what we have never sent is somebody else's, or of our last
    // incarnation.
    if (this.#origin === 'ourselves') return msgId > 0 && msgId <= lastMsgId() ? 'duplicate' : 'own name';
    const { originHid } = header;
    const fingerprint = this.#fingerprints.of(text.buffer, text.contentStart, text.contentEnd);
    if (seen.follows(originHid, msgId)) {
      if (this.#wasForgotten(text, fingerprint, nowMs)) return 'duplicate';
      return seen.judge(originHid, msgId, fingerprint, nowMs, circumstances);
    }
    // By far the most of the rest.
    if (circumstances?.isOfNewIncarnation !== true && seen.remembers(originHid, msgId, fingerprint, nowMs))
      return 'duplicate';
    return this.#judgeSingle(text, fingerprint, { linkId, nowMs }, circumstances);
  }

  /**
   * True if this message was passed on when its origin was on no list, and so much came then that its ID was
   * forgotten before a list had the origin.
   */
  #wasForgotten(text: TextSlice, fingerprint: number, nowMs: number): boolean {
    const { seen, passedOn } = this.#ports;
    if (nowMs - this.#strangers.forgottenMs > passedOn.reachMs || seen.knowsId(text.originHid, text.msgId))
      return false;
    return passedOn.find(this.#keyOf(text, fingerprint), nowMs) !== 'never';
  }

  /** A message that does not follow on others is remembered by itself. */
  #judgeSingle(
    text: TextSlice,
    fingerprint: number,
    { linkId, nowMs }: { readonly linkId: string; readonly nowMs: number },
    circumstances?: Circumstances,
  ): Verdict {
    const { seen, passedOn, isOfMember, mayBeSaidAgain } = this.#ports;
    const { originHid, msgId } = text;
    const key = this.#keyOf(text, fingerprint);
    const found = passedOn.find(key, nowMs);
    if (found === 'lately' && circumstances?.isOfNewIncarnation !== true) return 'duplicate';
    const isListed = isOfMember(originHid);
    // Only members are remembered by their IDs: else strangers under ever new names would have them
    // forgotten.
    const isTracked = isListed || seen.knows(originHid);
    const isOfNewIncarnation = circumstances?.isOfNewIncarnation === true;
    // Who was a stranger may have said it then: that its list came meanwhile makes it no other message.
    const isJudged = isTracked && (isOfNewIncarnation || seen.knowsId(originHid, msgId));
    if (found === 'before' && !isJudged) return 'duplicate';
    const bringer = { linkId, isOfMember: isListed };
    if (!passedOn.hasPlace(key, bringer, nowMs)) return 'over its share';
    const isSaidAgain =
      circumstances?.isSaidAgain === true || (found === 'before' && mayBeSaidAgain(originHid, nowMs));
    const all = { ...circumstances, isSaidAgain };
    const verdict = isTracked ? seen.judge(originHid, msgId, fingerprint, nowMs, all) : 'new';
    if (verdict === 'new') passedOn.add(key, bringer, nowMs);
    if (verdict === 'new' && !isTracked) this.#strangers.add({ originHid, msgId, fingerprint }, nowMs);
    return verdict;
  }

  /**
   * The member list has changed: what newcomers have said before they were on it is remembered as theirs.
   * @param nowMs the time, never smaller than in the call before.
   */
  membersChanged(nowMs: number): void {
    const { seen, isOfMember } = this.#ports;
    for (const { originHid, msgId, fingerprint } of this.#strangers.leave(isOfMember))
      seen.judge(originHid, msgId, fingerprint, nowMs);
  }

  #keyOf({ buffer, contentStart, contentEnd, originHid, msgId }: TextSlice, fingerprint: number): MessageKey {
    if (originHid !== this.#taggedHid) {
      this.#taggedHid = originHid;
      const bytes = Buffer.from(originHid, 'latin1');
      this.#tag = this.#fingerprints.of(bytes);
      this.#tagCheck = this.#checks.of(bytes);
    }
    // The multiplier is odd, so that no two tags become one.
    const check = Math.imul(this.#tagCheck, MULTIPLIER) ^ this.#checks.of(buffer, contentStart, contentEnd);
    return { tag: this.#tag, msgId, fingerprint, check };
  }

  #lookAt(header: TextHeader): void {
    this.#header = header;
    const { room, selfHid } = this.#ports;
    if (header.room !== room()) this.#origin = 'wrong room';
    else this.#origin = header.originHid === selfHid ? 'ourselves' : 'another';
  }
}
