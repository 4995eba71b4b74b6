/**
 * The data plane: TEXT from socket to sockets as batches, without a machine event per frame
 * (docs/ARCHITECTURE.md, "Two planes"). The bytes that came in go out, to every link but the one that they
 * came from and the origin itself (PROTOCOL.md, Flooding).
 */
import type { Clock } from '../io/clock.ts';
import type { Connection } from '../io/network.ts';
import type { PeerLimits } from '../limits.ts';
import type { Notice } from '../machines/notices.ts';
import type { Link } from '../overlay/link-table.ts';
import type { Room } from '../overlay/room.ts';
import type { Circumstances } from '../overlay/seen-cache.ts';
import { decode } from '../protocol/decode.ts';
import { encode } from '../protocol/encode.ts';
import { describeFrame } from '../protocol/frames.ts';
import type { Cut } from '../protocol/splitter.ts';
import { TextSlice } from '../protocol/text-slice.ts';
import { AttachedLink } from './attached-link.ts';
import type { AwakeTime } from './awake-time.ts';
import { Batch, shareOf } from './batch.ts';
import { type DoubtfulText, DoubtfulTexts } from './doubtful-texts.ts';
import type { Observer } from './observer.ts';
import { contentOf } from './own-text.ts';

/** What a relay needs of its peer. */
export interface RelayPorts {
  readonly clock: Clock;
  /** By which messages are remembered. */
  readonly awake: AwakeTime;
  readonly limits: PeerLimits;
  readonly room: Room;
  readonly observer: Observer;
  /** Who gets a copy of a message that came over a link; see overlay/flood.ts. */
  getsCopy(link: Link, fromLink: string, originHid: string): boolean;
  /** Somebody who is not on the member list is heard of, or is doubted: a fresh list is wanted. */
  freshListNeeded(): void;
}

/** Floods the messages of one peer's room. */
export class Relay {
  readonly #ports: RelayPorts;
  readonly #links = new Map<string, AttachedLink>();
  readonly #doubtful: DoubtfulTexts;
  /** Unknown names that a fresh list has been asked for, until the list changes. */
  readonly #askedFor = new Set<string>();
  #isStopped = false;

  constructor(ports: RelayPorts) {
    this.#ports = ports;
    this.#doubtful = new DoubtfulTexts(ports.clock, ports.limits, (texts) => this.#settle(texts));
  }

  /**
   * From now on this link gets what is flooded.
   * @param msgId the last msgID that the other side has used, as it said in the handshake.
   * @param fail ends the link, for the reason that the user is told.
   */
  attach(link: Link, msgId: number, connection: Connection, fail: (reason: string) => void): AttachedLink {
    const { room, awake } = this.#ports;
    const isOfNewLife = room.handshake(link.member, msgId, awake.now());
    const attached = new AttachedLink(this.#ports, link, { connection, fail, isOfNewLife });
    room.links.add(link);
    this.#links.set(link.id, attached);
    return attached;
  }

  /** The link is no more. Harmless for one that was never attached. */
  detach(id: string): void {
    this.#ports.room.links.remove(id);
    this.#links.delete(id);
  }

  /** A link that is up; `undefined` for any other. */
  attached(id: string): AttachedLink | undefined {
    return this.#links.get(id);
  }

  /** A member list has come. @param isLatest unless one that was asked for later is still to come. */
  membersReceived(hasChanged: boolean, isLatest: boolean): void {
    if (hasChanged) this.#askedFor.clear();
    if (isLatest) this.#doubtful.settle();
  }

  /**
   * Asks for a fresh list, once per unknown and list: whoever stays unknown must not cost a J per message.
   */
  askFor(unknown: string): void {
    if (this.#askedFor.has(unknown) || this.#askedFor.size >= this.#ports.limits.unknownOriginsMax) return;
    this.#askedFor.add(unknown);
    this.#ports.freshListNeeded();
  }

  /**
   * Takes what one chunk of one link held; the link may have ended meanwhile. MUST keep order, MUST NOT
   * block.
   */
  receive(from: AttachedLink, cuts: readonly Cut[]): void {
    if (this.#isStopped) return;
    from.heard();
    const nowMs = this.#ports.awake.now();
    const fresh: TextSlice[] = [];
    for (const cut of cuts) {
      if (!(cut instanceof TextSlice)) this.#dropOther(from, cut);
      else if (this.#accept(from, cut, nowMs)) fresh.push(cut);
    }
    if (fresh.length > 0) this.#forward(from.link.id, fresh);
  }

  /** Shows our own message and sends it over every link; without a link it is only shown. */
  sendOwn(text: string): void {
    const { room, observer } = this.#ports;
    const identity = room.identity;
    if (!identity) throw new TypeError('nobody sends before Join');
    const { hid: originHid, user } = identity.self;
    if (this.#links.size > 0) {
      room.lastMsgId += 1;
      const header = { room: identity.room, originHid, originUser: user, msgId: room.lastMsgId };
      const bytes = encode({ kind: 'TEXT', ...header, content: contentOf(text) });
      room.flood?.sentOwn(room.lastMsgId);
      const own = shareOf(bytes);
      for (const attached of this.#links.values()) attached.write(own);
      observer.counters.add('messages sent');
    }
    const { lastMsgId: msgId } = room;
    observer.report({ window: 'message', type: 'text', user, content: text, own: true, originHid, msgId });
  }

  /** Nothing is shown and forwarded any more. */
  stop(): void {
    this.#isStopped = true;
    this.#doubtful.stop();
  }

  /** True if the message is new: it has been shown then. */
  #accept(from: AttachedLink, text: TextSlice, nowMs: number): boolean {
    const circumstances = from.isOfNewLifeOf(text.originHid) ? OF_NEW_LIFE : undefined;
    const verdict = this.#ports.room.flood?.judge(text, nowMs, circumstances) ?? 'wrong room';
    if (verdict === 'new') {
      this.#show(text);
      return true;
    }
    if (verdict === 'doubtful') this.#doubt(from, text);
    else from.drop(verdict, () => describeFrame(text));
    return false;
  }

  #show(text: TextSlice): void {
    const { room, observer } = this.#ports;
    const { originHid } = text;
    // Making a string of the content costs as much as judging the message: not where no face is there to show
    // it.
    if (observer.notices.observed) observer.report(shownText(text));
    if (!room.membership.isOrigin(originHid)) this.askFor(originHid);
  }

  #doubt(from: AttachedLink, text: TextSlice): void {
    if (this.#doubtful.add({ linkId: from.link.id, text })) this.#ports.freshListNeeded();
    else from.drop('duplicate', () => describeFrame(text));
  }

  #settle(texts: readonly DoubtfulText[]): void {
    const { room, awake, observer } = this.#ports;
    for (const { linkId, text } of texts) {
      const verdict = room.flood?.judge(text, awake.now(), { isSettled: true }) ?? 'wrong room';
      if (verdict === 'new') {
        this.#show(text);
        this.#forward(linkId, [text]);
        continue;
      }
      const kind = verdict === 'doubtful' ? 'duplicate' : verdict;
      const attached = this.#links.get(linkId);
      if (attached) attached.drop(kind, () => describeFrame(text));
      else observer.drop(kind, linkId, () => describeFrame(text));
    }
  }

  /**
   * A second handshake, an S that nobody asked for, and whatever else is no TEXT: never shown, only counted.
   */
  #dropOther(from: AttachedLink, cut: Exclude<Cut, TextSlice>): void {
    const frame = cut.kind === 'CONTROL' ? decode(cut.bytes) : undefined;
    if (frame) {
      from.drop('unexpected', () => describeFrame(frame));
      return;
    }
    const bytes = cut.kind === 'CONTROL' ? cut.bytes : cut.sample;
    from.drop('malformed', () => JSON.stringify(bytes.toString('latin1', 0, SHOWN_BYTES)));
  }

  #forward(fromId: string, texts: readonly TextSlice[]): void {
    const { getsCopy, observer } = this.#ports;
    observer.counters.add('messages received', texts.length);
    const batch = new Batch(texts);
    for (const attached of this.#links.values()) {
      const share = batch.share((originHid) => getsCopy(attached.link, fromId, originHid));
      if (share.frameCount > 0) attached.write(share);
    }
  }
}

function shownText({ originUser: user, contentText: content, originHid, msgId }: TextSlice): Notice {
  return { window: 'message', type: 'text', user, content, own: false, originHid, msgId };
}

/** A message comes from its origin itself, which counts anew. */
const OF_NEW_LIFE: Circumstances = { isOfNewLife: true };

const SHOWN_BYTES = 64;
