/**
 * The data plane: TEXT from socket to sockets as batches, without a machine event per frame (DESIGN.md, "Control plane
 * and data plane"). The bytes that came in go out, to every link but the one that they came from and the origin itself
 * (PROTOCOL.md, Flooding).
 *
 * Few frames of one chunk are written one by one, because other implementations take one recv for one frame; many are
 * joined into one write per link.
 */
import type { Clock } from '../io/clock.ts';
import type { Connection } from '../io/network.ts';
import type { PeerLimits } from '../limits.ts';
import type { DropKind } from '../machines/notices.ts';
import type { Link } from '../overlay/link-table.ts';
import type { Room } from '../overlay/room.ts';
import { encode } from '../protocol/encode.ts';
import { describeFrame } from '../protocol/frames.ts';
import type { Cut } from '../protocol/splitter.ts';
import { TextSlice } from '../protocol/text-slice.ts';
import type { Observer } from './observer.ts';
import { contentOf } from './own-text.ts';

/** What a relay needs of its peer. */
export interface RelayPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly limits: Pick<PeerLimits, 'singleWritesMax' | 'unknownOriginsMax'>;
  readonly room: Room;
  readonly observer: Observer;
  /** A message of somebody who is not on the member list has come: a fresh list is wanted. */
  freshListNeeded(): void;
}

/** Floods the messages of one peer's room. */
export class Relay {
  readonly #ports: RelayPorts;
  readonly #connections = new Map<string, Connection>();
  /** Origins that a fresh list has been asked for and that are still unknown, until the list changes. */
  readonly #askedFor = new Set<string>();

  constructor(ports: RelayPorts) {
    this.#ports = ports;
  }

  /** From now on this link gets what is flooded. */
  attach(link: Link, connection: Connection): void {
    this.#ports.room.links.add(link);
    this.#connections.set(link.id, connection);
  }

  /** The link is no more. Harmless for one that was never attached. */
  detach(id: string): void {
    this.#ports.room.links.remove(id);
    this.#connections.delete(id);
  }

  /** The member list has changed: who is unknown now is worth another question. */
  membersChanged(): void {
    this.#askedFor.clear();
  }

  /** Asks for a fresh list, once per unknown and list: whoever stays unknown must not cost a J per message. */
  askFor(unknown: string): void {
    if (this.#askedFor.has(unknown) || this.#askedFor.size >= this.#ports.limits.unknownOriginsMax) return;
    this.#askedFor.add(unknown);
    this.#ports.freshListNeeded();
  }

  /** Takes what one chunk of one link held. MUST keep order, MUST NOT block. */
  receive(from: Link, cuts: readonly Cut[]): void {
    const fresh: TextSlice[] = [];
    for (const cut of cuts) {
      if (cut instanceof TextSlice) {
        if (this.#accept(from, cut)) fresh.push(cut);
      } else {
        this.#dropUnreadable(from, cut);
      }
    }
    if (fresh.length > 0) this.#forward(from, fresh);
  }

  /** Shows our own message and sends it over every link; without a link it is only shown. */
  sendOwn(text: string): void {
    const { room, clock, observer } = this.#ports;
    const identity = room.identity;
    if (!identity) throw new TypeError('nobody sends before Join');
    const { hid, user } = identity.self;
    if (this.#connections.size > 0) {
      room.lastMsgId += 1;
      const content = contentOf(text);
      const msgId = room.lastMsgId;
      const bytes = encode({
        kind: 'TEXT',
        room: identity.room,
        originHid: hid,
        originUser: user,
        msgId,
        content,
      });
      room.flood?.rememberOwn(hid, msgId, clock.now());
      for (const [id, connection] of this.#connections) this.#write(id, connection, [bytes]);
      observer.counters.add('messages sent');
    }
    const msgId = room.lastMsgId;
    observer.report({
      window: 'message',
      type: 'text',
      user,
      content: text,
      own: true,
      originHid: hid,
      msgId,
    });
  }

  /** True if the message is new: it has been shown then. */
  #accept(from: Link, text: TextSlice): boolean {
    const { room, clock, observer } = this.#ports;
    const verdict = room.flood?.judge(text, clock.now()) ?? 'wrong room';
    if (verdict !== 'new') {
      this.#drop(verdict, from, () => describeFrame(text));
      return false;
    }
    const { originHid, originUser, msgId } = text;
    observer.counters.add('messages received');
    observer.report({
      window: 'message',
      type: 'text',
      user: originUser,
      content: text.content.toString('utf8'),
      own: false,
      originHid,
      msgId,
    });
    if (!room.membership.isOrigin(originHid)) this.askFor(originHid);
    return true;
  }

  #dropUnreadable(from: Link, cut: Exclude<Cut, TextSlice>): void {
    const bytes = cut.kind === 'CONTROL' ? cut.bytes : cut.sample;
    this.#drop('malformed', from, () => JSON.stringify(bytes.toString('latin1', 0, SHOWN_BYTES)));
  }

  #drop(kind: DropKind, from: Link, what: () => string): void {
    const { user, ip, port } = from.member;
    this.#ports.observer.drop(kind, from.id, () => `${what()}, from ${user} (${ip}:${port})`);
  }

  #forward(from: Link, texts: readonly TextSlice[]): void {
    for (const [id, connection] of this.#connections) {
      const member = this.#ports.room.links.get(id)?.member;
      if (id === from.id || !member) continue;
      const wanted = texts.filter(({ originHid }) => originHid !== member.hid && originHid !== member.user);
      if (wanted.length > 0)
        this.#write(
          id,
          connection,
          wanted.map(({ bytes }) => bytes),
        );
    }
  }

  #write(via: string, connection: Connection, frames: readonly Buffer[]): void {
    if (frames.length > this.#ports.limits.singleWritesMax) connection.write(Buffer.concat(frames));
    else for (const bytes of frames) connection.write(bytes);
    this.#ports.observer.framesOut(via, connection.remote, frames);
  }
}

const SHOWN_BYTES = 64;
