/**
 * The data plane: TEXT from socket to sockets as batches, without a machine event per frame
 * (docs/ARCHITECTURE.md, "Two planes"). The bytes that came in go out, to every link but the one that they
 * came from and the origin itself (PROTOCOL.md, Flooding).
 */

import type { Observable } from 'rxjs';
import type { Feed } from '../feed/feed.ts';
import type { AwakeTime } from '../io/awake-time.ts';
import type { Clock } from '../io/clock.ts';
import type { Connection } from '../io/network.ts';
import type { PeerLimits } from '../limits/peer.ts';
import type { Link, LinkTable } from '../overlay/link-table.ts';
import type { Room } from '../overlay/room.ts';
import type { Circumstances } from '../overlay/seen/seen-cache.ts';
import { Batch } from '../protocol/batch.ts';
import { decode } from '../protocol/decode.ts';
import { isPadding, type RawFrame } from '../protocol/frame-decoder.ts';
import { describeFrame } from '../protocol/frames.ts';
import { encodeTexts } from '../protocol/text/encode-texts.ts';
import { TextSlice } from '../protocol/text/text-slice.ts';
import { AttachedLink, type LinkFail } from './attached-link.ts';
import { AwaitedLinks } from './flow/awaited-links.ts';
import { FlowControl } from './flow/flow-control.ts';
import type { Mending } from './mending/mending.ts';
import { NOTHING, type Sayings } from './mending/own-messages.ts';
import { PastOfLinks } from './past-of-links.ts';
import { shownText } from './shown-text.ts';
import { type UndecidedText, UndecidedTexts } from './undecided-texts.ts';

/** What a relay needs of its peer. */
export interface RelayPorts {
  readonly clock: Clock;
  /** By which messages are remembered. */
  readonly awake: AwakeTime;
  readonly limits: PeerLimits;
  readonly room: Room<AttachedLink>;
  readonly feed: Feed;
  readonly mending: Mending;
  /** Who gets a copy of a message that came over a link; see overlay/flood.ts. */
  getsCopy(link: Link, fromLink: string, originHid: string): boolean;
  /**
   * Somebody who is not on the member list is heard of, or a message is undecided: a fresh list is wanted.
   */
  freshListNeeded(): void;
  /** Own input has to wait from now on, or may go on, or the links have taken everything. */
  busyChanged(): void;
}

/** Floods the messages of one peer's room. */
export class Relay {
  readonly flow: FlowControl;
  readonly #ports: RelayPorts;
  /** The table of all links that are up. */
  readonly #links: LinkTable<AttachedLink>;
  /** What young links are given of the past. */
  readonly #past: PastOfLinks;
  readonly #undecided: UndecidedTexts;
  /** Unknown names that a fresh list has been asked for, until the list changes. */
  readonly #askedFor = new Set<string>();
  /** New messages of the link that is read now, which have been shown and not been passed on yet. */
  #taken: Taken | undefined;
  /** Something in what is taken now wants a fresh list. */
  #isListWanted = false;
  #listWantedBy: TextSlice | undefined;
  #isStopped = false;
  readonly #awaited = new AwaitedLinks();
  /** What links tell of their writes. */
  readonly #linkFlow;
  /** Own messages that were shown here only, because no link had ever been up. */
  #shownHereOnly: Sayings = NOTHING;
  #hasBeenLinked = false;

  constructor(ports: RelayPorts) {
    this.#ports = ports;
    this.#links = ports.room.links;
    this.flow = new FlowControl(ports);
    this.#linkFlow = {
      wrote: (id: string) => this.flow.wrote(id),
      took: (id: string) => this.#took(id),
      caughtUp: (id: string, bytes: number) => this.flow.caughtUp(id, bytes),
    };
    this.#past = new PastOfLinks(ports);
    this.#undecided = new UndecidedTexts(ports.clock, ports.limits, (texts) => this.#settle(texts));
  }

  /** Own messages that reached nobody, or may have reached nobody, as far as is known now. */
  get unheard(): Sayings {
    const { inDoubt } = this.#ports.mending;
    const here = this.#shownHereOnly;
    return { count: here.count + inDoubt.count, last: inDoubt.count > 0 ? inDoubt.last : here.last };
  }

  /** True if what is said now, where no link is up, is kept for the next one. */
  get keepsUnsent(): boolean {
    return this.#hasBeenLinked && this.#ports.mending.keepsUnsent;
  }

  /** True while every link has taken all that it was given. */
  get isIdle(): boolean {
    for (const link of this.#links) if (!link.isIdle) return false;
    return true;
  }

  /**
   * Emits once and completes when every link that is up now has taken what it was given until now, or has
   * ended; at once where nothing waits. For any number of subscribers.
   */
  taken(): Observable<void> {
    return this.#awaited.taken(this.#links.all());
  }

  /**
   * From now on this link gets what is flooded, after what it may have missed.
   * @param msgId the last msgID that the other side has used, as it said in the handshake.
   * @param fail ends the link, for the reason that the user is told.
   */
  attach(link: Link, msgId: number, connection: Connection, fail: LinkFail): AttachedLink {
    const { room, awake, mending, feed } = this.#ports;
    for (const older of this.#links)
      if (isOvertaken(older, link)) mending.overtaken(older, older.deliveredMs);
    const gap = mending.linkUp(link, msgId);
    const isOfNewIncarnation = room.handshake(link.member, msgId, awake.now());
    const ports = { ...this.#ports, flow: this.#linkFlow };
    const attached = new AttachedLink(ports, link, {
      connection,
      fail,
      isOfNewIncarnation,
      msgId,
      sinceAwakeMs: awake.now(),
    });
    this.#links.add(attached);
    this.#hasBeenLinked = true;
    const giveUp = (queuedBytes: number) => {
      feed.counters.add('slow consumers dropped');
      fail(`it does not read fast enough (${queuedBytes} bytes were waiting)`, 'lost');
    };
    this.flow.add(link.id, connection, () => attached.queuedBytes, giveUp);
    connection.taken.subscribe(() => this.#took(link.id));
    if (gap) this.#past.begin(attached, gap);
    return attached;
  }

  /** The link is no more. Harmless for one that was never attached. */
  detach(id: string): void {
    const attached = this.#links.get(id);
    if (!attached) return;
    this.#links.remove(id);
    this.#past.end(id);
    attached.stop();
    this.flow.remove(id);
    this.#ports.mending.detached(id, attached);
    this.#awaited.look();
  }

  /** A link that is up; `undefined` for any other. */
  attached(id: string): AttachedLink | undefined {
    return this.#links.get(id);
  }

  /** Links that have been written to without a sign of life since. */
  silent(): AttachedLink[] {
    return this.#links.all().filter((attached) => attached.silentMs() > 0);
  }

  /** A member list has come. @param isLatest unless one that was asked for later is still to come. */
  membersReceived(hasNewcomers: boolean, isLatest: boolean): void {
    if (hasNewcomers) this.#askedFor.clear();
    if (!isLatest) return;
    this.#undecided.settle();
    this.#past.listCame();
  }

  /**
   * Asks for a fresh list, once per unknown and list: whoever stays unknown must not cost a J per message.
   */
  askFor(unknown: string): void {
    this.#wantListFor(unknown, undefined);
    this.#askForList();
  }

  /**
   * Takes what one chunk of one link held; the link may have ended meanwhile. MUST keep order, MUST NOT
   * block.
   */
  receive(from: AttachedLink, rawFrames: readonly RawFrame[]): void {
    if (this.#isStopped) return;
    from.heard();
    this.#ports.mending.heard(from);
    const nowMs = this.#ports.awake.now();
    const usual = from.isSettled ? undefined : SAID_AGAIN;
    this.#taken = { from, texts: [] };
    for (let at = 0; at < rawFrames.length; at += 1) {
      const raw = rawFrames[at] as RawFrame;
      // The rest of an older frame, and its NUL: no fault.
      if (isPadding(rawFrames[at + 1])) at += 1;
      else if (!(raw instanceof TextSlice)) this.#dropOther(from, raw);
      else this.#accept(from, raw, nowMs, usual);
    }
    this.#askForList();
    this.#passOn();
    this.#taken = undefined;
  }

  /**
   * Shows our own messages and sends them over every link. Before the first link they are only shown
   * (PROTOCOL.md, Send); where the links are lost, they wait for the one that mends that.
   */
  sendOwn(contents: readonly string[]): void {
    // An answer goes out after what it answers.
    this.#passOn();
    const { room, feed, mending } = this.#ports;
    const { name, self } = room;
    if (name === null || !self) throw new TypeError('nobody sends before Join');
    const { hid: originHid, user } = self;
    const firstMsgId = room.lastMsgId + 1;
    const isSent = this.#links.size > 0 || this.keepsUnsent;
    if (isSent) {
      room.lastMsgId += contents.length;
      const texts = encodeTexts({ room: name, originHid, originUser: user }, firstMsgId, contents);
      mending.said(texts, contents, this.#links.ids());
      if (this.#links.size > 0) feed.counters.add('messages sent', contents.length);
      const own = new Batch(texts).share(() => true);
      for (const attached of this.#links) attached.write(own);
    } else {
      const count = this.#shownHereOnly.count + contents.length;
      this.#shownHereOnly = { count, last: contents.at(-1) ?? '' };
    }
    if (!feed.notices.observed) return;
    for (const [at, content] of contents.entries()) {
      const msgId = isSent ? firstMsgId + at : room.lastMsgId;
      feed.report({ window: 'message', type: 'text', user, content, own: true, originHid, msgId });
    }
  }

  /** Nothing is shown and forwarded any more. */
  stop(): void {
    this.#isStopped = true;
    this.#undecided.stop();
    this.#past.stop();
    this.flow.stop();
  }

  /** The network has taken something of what waited for this link, or what was sent again is done. */
  #took(id: string): void {
    this.flow.took(id);
    this.#awaited.look();
    if (this.isIdle) this.#ports.busyChanged();
  }

  #wantListFor(unknown: string, text: TextSlice | undefined): void {
    if (this.#askedFor.has(unknown)) return;
    const [oldest] = this.#askedFor;
    if (oldest !== undefined && this.#askedFor.size >= this.#ports.limits.unknownOriginsMax)
      this.#askedFor.delete(oldest);
    this.#askedFor.add(unknown);
    this.#wantList(text);
  }

  /** @param text the first that has wanted it is its cause. */
  #wantList(text: TextSlice | undefined): void {
    this.#listWantedBy ??= text;
    this.#isListWanted = true;
  }

  /**
   * Once for all that came together: one list answers it, and a machine's event costs more than a message.
   */
  #askForList(): void {
    if (!this.#isListWanted) return;
    this.#isListWanted = false;
    if (this.#listWantedBy) this.#ports.feed.turnTo(this.#listWantedBy);
    this.#listWantedBy = undefined;
    this.#ports.freshListNeeded();
  }

  /** Passes on what was taken; harmless where nothing was. */
  #passOn(): void {
    const taken = this.#taken;
    if (!taken || taken.texts.length === 0) return;
    const { from, texts } = taken;
    taken.texts = [];
    this.#forward(from.id, from.member.hid, texts);
  }

  #accept(from: AttachedLink, text: TextSlice, nowMs: number, usual: Circumstances | undefined): void {
    const { room } = this.#ports;
    const circumstances = from.isOfNewIncarnationOf(text) ? OF_NEW_LIFE : usual;
    let verdict = room.flood?.judge(text, from.id, nowMs, circumstances) ?? 'wrong room';
    if (verdict === 'undecided' && from.isSaidSince(text))
      verdict = room.flood?.judge(text, from.id, nowMs, OWN) ?? 'wrong room';
    if (verdict === 'new') {
      this.#taken?.texts.push(text);
      this.#show(from, text, from.bringsLateTexts);
    } else if (verdict === 'undecided') this.#putOff(from, text);
    else if (verdict === 'duplicate') this.#dropDuplicate(from, text, nowMs);
    else from.drop(verdict, text, () => describeFrame(text));
  }

  /** What is said again over a young link is no error (docs/ARCHITECTURE.md, "Catching up"). */
  #dropDuplicate(from: AttachedLink, text: TextSlice, nowMs: number): void {
    const { room, mending } = this.#ports;
    const firstSeenMs = room.seen.firstSeenMs(text.originHid, text.msgId);
    // Our own are not in that memory; what is not remembered any more was heard before all that is.
    const isOwn = text.originHid === room.self?.hid;
    const atMs = firstSeenMs ?? (isOwn ? nowMs : room.seen.rememberedSinceMs);
    if (from.isSettled || (atMs >= from.sinceAwakeMs && !from.isLeft)) {
      mending.duplicate(from, text, nowMs - (firstSeenMs ?? nowMs));
      from.drop('duplicate', text, () => describeFrame(text));
      // No copy goes to its origin (PROTOCOL.md, Flooding): whoever has a link to us has it from us.
      if (isOwn && from.isSettled) from.faults.tell('echo', '', text.bytes);
      return;
    }
    from.dropSaidAgain();
    if (firstSeenMs !== undefined) this.#past.showsMemory(from, firstSeenMs);
  }

  #show(from: AttachedLink | undefined, text: TextSlice, late: boolean): void {
    const { room, feed } = this.#ports;
    const { originHid } = text;
    // Making a string of the content costs as much as judging the message: not where no face is there to show
    // it.
    if (feed.notices.observed) feed.report(shownText(text, late));
    if (from) from.faults.judgeText(text, (user) => room.membership.named(user));
    if (!room.membership.isOrigin(originHid)) this.#wantListFor(originHid, text);
  }

  #putOff(from: AttachedLink, text: TextSlice): void {
    if (this.#undecided.add({ linkId: from.id, text })) this.#wantList(text);
    else from.drop('duplicate', text, () => describeFrame(text));
  }

  #settle(texts: readonly UndecidedText[]): void {
    const { room, awake, feed } = this.#ports;
    for (const { linkId, text } of texts) {
      const verdict = room.flood?.judge(text, linkId, awake.now(), { isSettled: true }) ?? 'wrong room';
      if (verdict === 'new') {
        const from = this.#links.get(linkId);
        this.#forward(linkId, from?.member.hid ?? '', [text]);
        this.#show(from, text, true);
        continue;
      }
      const kind = verdict === 'undecided' ? 'duplicate' : verdict;
      const attached = this.#links.get(linkId);
      if (attached) attached.drop(kind, text, () => describeFrame(text));
      else feed.drop(kind, linkId, () => describeFrame(text), text);
    }
    this.#askForList();
  }

  /**
   * A second handshake, an S that nobody asked for, and whatever else is no TEXT: never shown, only counted.
   */
  #dropOther(from: AttachedLink, raw: Exclude<RawFrame, TextSlice>): void {
    if (isPadding(raw)) {
      from.forgive('malformed');
      return;
    }
    const frame = raw.kind === 'CONTROL' ? decode(raw.bytes) : undefined;
    if (frame) {
      from.drop('unexpected', raw, () => describeFrame(frame));
      return;
    }
    const bytes = raw.kind === 'CONTROL' ? raw.bytes : raw.sample;
    from.drop('malformed', raw, () => JSON.stringify(bytes.toString('latin1', 0, SHOWN_BYTES)));
  }

  /** Also where the link that the messages came over has gone meanwhile. @param fromHid the member's. */
  #forward(fromId: string, fromHid: string, texts: readonly TextSlice[]): void {
    const { getsCopy, feed, mending } = this.#ports;
    mending.accepted(texts, fromHid);
    feed.counters.add('messages received', texts.length);
    const batch = new Batch(texts);
    for (const attached of this.#links) {
      const share = batch.share((originHid) => getsCopy(attached, fromId, originHid));
      if (share.frameCount > 0) attached.write(share);
    }
  }
}

/** See `#taken`. */
interface Taken {
  readonly from: AttachedLink;
  texts: TextSlice[];
}

/** A message comes from its origin itself, which counts anew. */
const OF_NEW_LIFE: Circumstances = { isOfNewIncarnation: true };
/** A message comes from its origin itself, and is none of before our handshake. */
const OWN: Circumstances = { isOwn: true };
/** A message may have been said a while ago, and be sent again. */
const SAID_AGAIN: Circumstances = { isSaidAgain: true };

const SHOWN_BYTES = 64;

/** A member that links to us anew has lost the older link, whatever we know of it. */
function isOvertaken(older: Link, { direction, member }: Link): boolean {
  return direction === 'backward' && older.direction === direction && older.member.hid === member.hid;
}
