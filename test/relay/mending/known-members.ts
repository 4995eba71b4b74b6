/**
 * What the tests of contacts share: two members that have been on the list for long, and what happens to
 * them.
 */
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { type Member, toMember } from '../../../src/overlay/member.ts';
import { Contacts, type Gap } from '../../../src/relay/mending/contacts.ts';

export const BOB = toMember({ user: 'bob', ip: '10.0.0.2', port: 5_000 });
export const CAROL = toMember({ user: 'carol', ip: '10.0.0.3', port: 5_000 });
export const MINUTE_MS = 60_000;
export const EVERY_FRAME = Number.POSITIVE_INFINITY;
export const FRAMES_MAX = 200;

/** When everything that is of interest begins: long after the members have joined. */
export const T = 30 * MINUTE_MS;

/** Of everybody, message 7 was heard last. */
export function lastMsgId(): number {
  return 7;
}

export function listed(contacts: Contacts, nowMs: number, ...joined: Member[]): void {
  contacts.listChanged({ joined, left: [], addedAgain: [] }, lastMsgId, nowMs);
}

export function unlisted(contacts: Contacts, nowMs: number, ...left: Member[]): void {
  contacts.listChanged({ joined: [], left, addedAgain: [] }, lastMsgId, nowMs);
}

/** Bob and Carol, on the list since 0, last heard at T. */
export function known(): Contacts {
  const contacts = new Contacts(PEER_LIMITS);
  listed(contacts, 0, BOB, CAROL);
  for (const { hid } of [BOB, CAROL]) contacts.heard(hid, T);
  return contacts;
}

/** A link that Bob has dialled. */
export function fromBob() {
  return { direction: 'backward', member: BOB } as const;
}

/** Bob links again at this time, goes on counting, and was heard up to message 7. */
export function gapAt(contacts: Contacts, nowMs: number, msgId = 7): Gap | null {
  return contacts.gapAt(fromBob(), msgId, 7, nowMs);
}
