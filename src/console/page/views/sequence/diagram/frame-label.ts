/**
 * What stands on a frame's arrow: its kind and its essence, in one line. Strings of the network are made
 * harmless: nothing in them can reorder the line or hide in it.
 */
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import type { ConsoleFrame } from '../../../../feed/messages.ts';
import { dissect, type Field, fieldValue } from '../details/dissect.ts';

/** `head` names the frame; `tail` is what it says, if it says something. */
export interface FrameLabel {
  readonly head: string;
  readonly tail: string;
}

const ELLIPSIS = '…';
/** A malformed frame's first bytes, on its arrow. */
const SAMPLE_CHARACTERS = 48;

/** A row of the diagram, as far as its label goes. */
interface LabelledRow {
  readonly frame: ConsoleFrame;
  readonly isDuplicate: boolean;
  readonly keepalives: number;
}

function rowWords({ frame, isDuplicate, keepalives }: LabelledRow): FrameLabel {
  if (keepalives > 0) return { head: `KEEPALIVE ×${keepalives}`, tail: 'JOIN and the same MEMBERS' };
  const { head, tail } = frameLabel(frame);
  return isDuplicate ? { head: `${head} (duplicate)`, tail } : { head, tail };
}

/** The label of a frame. */
export function frameLabel(frame: ConsoleFrame): FrameLabel {
  const { fields, missingBytes } = dissect(frame);
  const [essence, tail] = essenceOf(frame.kind, fields, missingBytes > 0);
  return {
    head: harmlessOnPage(essence ? `${frame.kind} ${essence}` : frame.kind),
    tail: harmlessOnPage(tail),
  };
}

/**
 * The label of a row that has room for so many characters; on the lifeline of others it says of whom it
 * speaks.
 */
export function rowLabel(row: LabelledRow, otherName: string | null, characters: number): FrameLabel {
  const { head, tail } = rowWords(row);
  const name = otherName === null ? '' : `${harmlessOnPage(otherName)}: `;
  return fitLabel({ head: name + head, tail }, characters);
}

/** Cuts a label to the characters that there is room for. */
export function fitLabel(label: FrameLabel, characters: number): FrameLabel {
  const head = shorten(label.head, characters);
  // A tail of one or two letters says nothing.
  const room = characters - head.length - 1;
  return { head, tail: room < 4 ? '' : shorten(label.tail, room) };
}

/** At most so many characters; what was longer ends in `…`. */
export function shorten(text: string, characters: number): string {
  if (text.length <= characters) return text;
  return characters < 2 ? '' : `${text.slice(0, characters - 1).trimEnd()}${ELLIPSIS}`;
}

function essenceOf(
  kind: ConsoleFrame['kind'],
  fields: readonly Field[],
  isCut: boolean,
): readonly [essence: string, tail: string] {
  const value = (name: string): string => fieldValue(fields, name);
  switch (kind) {
    case 'JOIN':
    case 'DEPART':
      return [value('room'), ''];
    case 'GROUPS':
      return [String(countOf(fields, 'room')) + (isCut ? '+' : ''), valuesOf(fields, 'room').join(', ')];
    case 'MEMBERS':
      return [String(countOf(fields, 'port')) + (isCut ? '+' : ''), valuesOf(fields, 'user').join(', ')];
    case 'FAIL':
      return ['', value('message')];
    case 'HANDSHAKE':
      return [`${value('user')} #${value('msgID')}`, ''];
    case 'HANDSHAKE OK':
      return [`#${value('msgID')}`, ''];
    case 'TEXT':
      return [`${value('originUser')} #${value('msgID')}`, value('content')];
    case 'POKE':
      return [value('user'), ''];
    case 'MALFORMED':
      return ['', shorten(value('bytes'), SAMPLE_CHARACTERS)];
    default:
      return ['', ''];
  }
}

function valuesOf(fields: readonly Field[], name: string): readonly string[] {
  return fields.filter((field) => field.name.startsWith(`${name} `)).map((field) => field.value);
}

function countOf(fields: readonly Field[], name: string): number {
  return valuesOf(fields, name).length;
}
