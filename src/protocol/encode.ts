/**
 * Frames to bytes. Invariant: whatever `encode` returns, the decoder and `decode` read back as the same
 * frame; anything else is refused with an UnencodableFrameError before a byte of it exists.
 */
import { UnencodableFrameError } from './errors.ts';
import type { ControlFrame, Frame, MemberAddress, TextFrame } from './frames.ts';
import { END_MARK, TEXT_HEADER_MAX_BYTES } from './frames.ts';
import { isIpv4, isName, isPort } from './names.ts';

const DECIMAL = /^\d{1,20}$/;
const FIELD = /^[\x20-\x39\x3b-\x7e\x80-\xff]+$/;
const MESSAGE = /^[\x20-\x7e\x80-\xff]+$/;

function checked(field: string, holds: boolean, what: string): string {
  if (!holds) throw new UnencodableFrameError(`${JSON.stringify(field)} can't be sent as ${what}.`);
  return field;
}

function nameField(name: string, what: string): string {
  return checked(name, isName(name), what);
}

function countField(count: number, what = 'a message ID'): string {
  return checked(String(count), Number.isSafeInteger(count) && count >= 0, what);
}

/** `user:ip:port`, the triple as it stands in J, M, P and D. */
function addressFields(member: MemberAddress): string {
  return [
    nameField(member.user, 'a user name'),
    checked(member.ip, isIpv4(member.ip), 'an IPv4 address'),
    checked(String(member.port), isPort(member.port), 'a port'),
  ].join(':');
}

function controlText(frame: ControlFrame): string {
  switch (frame.kind) {
    case 'LIST':
      return 'L';
    case 'GROUPS':
      return ['G', ...frame.rooms.map((room) => nameField(room, 'a room name'))].join(':');
    case 'JOIN':
      return `J:${nameField(frame.room, 'a room name')}:${addressFields(frame)}`;
    case 'MEMBERS':
      return [`M:${checked(frame.msid, DECIMAL.test(frame.msid), 'an MSID')}`]
        .concat(frame.members.map(addressFields))
        .join(':');
    case 'FAIL':
      return `F:${checked(frame.message, isFailMessage(frame.message), 'an error message')}`;
    case 'HANDSHAKE':
      return `P:${nameField(frame.room, 'a room name')}:${addressFields(frame)}:${countField(frame.msgId)}`;
    case 'HANDSHAKE OK':
      return `S:${countField(frame.msgId)}`;
    case 'POKE':
      return `K:${nameField(frame.room, 'a room name')}:${nameField(frame.user, 'a user name')}`;
    case 'ACK':
      return 'A';
    case 'DEPART':
      return `D:${nameField(frame.room, 'a room name')}:${addressFields(frame)}`;
    case 'DEPART OK':
      return 'S';
  }
}

function isFailMessage(message: string): boolean {
  return MESSAGE.test(message) && !message.endsWith(':');
}

/**
 * The bytes in front of a TEXT's content, up to and with the colon after msgLength.
 * @throws UnencodableFrameError where a field can't stand in a header.
 */
export function encodeTextHeader(frame: Omit<TextFrame, 'kind' | 'content'>, contentBytes: number): Buffer {
  const { room, originHid, originUser, msgId } = frame;
  checked(originHid, FIELD.test(originHid), 'an origin');
  checked(originUser, FIELD.test(originUser), 'a user name');
  const fields = [
    'T',
    nameField(room, 'a room name'),
    originHid,
    originUser,
    countField(msgId),
    countField(contentBytes, 'a content length'),
  ];
  const header = `${fields.join(':')}:`;
  return Buffer.from(checked(header, header.length <= TEXT_HEADER_MAX_BYTES, 'a TEXT header'), 'latin1');
}

/**
 * One whole frame as bytes.
 * @throws UnencodableFrameError where a field is one that decoding would not read back.
 */
export function encode(frame: Frame): Buffer {
  if (frame.kind !== 'TEXT') return Buffer.from(controlText(frame) + END_MARK, 'latin1');
  const header = encodeTextHeader(frame, frame.content.length);
  return Buffer.concat([header, frame.content, Buffer.from(END_MARK, 'latin1')]);
}
