/**
 * What is typed into the search field of the sequence, as a test of rows. Words are joined by "and"; a word
 * is found anywhere, one with a name in front (`kind:TEXT`, `peer:bob`, `link:forward-1`, `text:tea`,
 * `after:15:07`, `before:15:08:30`, `message:HID#7`) there only; `-` in front leaves out what it finds;
 * quotes hold words together. A row is a frame, or what a peer has told of a connection. Pure.
 */
import type { ConsoleFrame } from '../../../feed/messages.ts';
import { frameLabel } from './diagram/frame-label.ts';
import { clockTime } from './diagram/times.ts';

/** A row, as the search sees it. */
export interface Searched {
  readonly kind: string;
  /** Who sends and who receives, as far as that is not the peer whose frames these are. */
  readonly names: readonly string[];
  /** The link, as those who tell of it call it. */
  readonly links: readonly string[];
  readonly atMs: number;
  /** The name of the message that it carries. */
  readonly message: string | null;
  /** What stands on it, in lower case. */
  text(): string;
}

/** True for a row that passes. */
type RowTest = (searched: Searched) => boolean;

const WORD = /(-?)(?:(kind|peer|link|text|after|before|message):)?(?:"([^"]*)"?|(\S+))/giu;

/** What stands on a frame's arrow, in lower case; read from its bytes once. */
const texts = new WeakMap<ConsoleFrame, string>();

function textOf(frame: ConsoleFrame): string {
  const known = texts.get(frame);
  if (known !== undefined) return known;
  const { head, tail } = frameLabel(frame);
  const text = `${head} ${tail}`.toLowerCase();
  texts.set(frame, text);
  return text;
}

/** The name of a message, as `message:` takes it. */
export function messageName({ originHid, msgId }: NonNullable<ConsoleFrame['message']>): string {
  return `${originHid}#${msgId}`;
}

/** A frame as a row. */
export function searchedFrame(
  frame: ConsoleFrame,
  names: readonly string[],
  links: readonly string[] = [frame.via],
): Searched {
  const message = frame.message && messageName(frame.message);
  return { kind: frame.kind, names, links, atMs: frame.atMs, message, text: () => textOf(frame) };
}

function isIn(texts: readonly string[], word: string): boolean {
  return texts.some((text) => text.toLowerCase().includes(word));
}

const TESTS: Readonly<Record<string, (word: string) => RowTest>> = {
  kind:
    (word) =>
    ({ kind }) =>
      kind.toLowerCase().startsWith(word),
  peer:
    (word) =>
    ({ names }) =>
      isIn(names, word),
  link:
    (word) =>
    ({ links }) =>
      isIn(links, word),
  text: (word) => (searched) => searched.text().includes(word),
  // Times of a day are compared as they are written: `15:07` is before all of 15:07.
  after:
    (word) =>
    ({ atMs }) =>
      clockTime(atMs) >= word,
  before:
    (word) =>
    ({ atMs }) =>
      clockTime(atMs) < word,
  message:
    (word) =>
    ({ message }) =>
      message === word,
};

function anywhere(word: string): RowTest {
  return (searched) =>
    searched.text().includes(word) ||
    isIn(searched.names, word) ||
    isIn(searched.links, word) ||
    clockTime(searched.atMs).startsWith(word);
}

/** Reads what was typed; nothing typed lets everything pass. Never throws. */
export function readSearch(typed: string): RowTest {
  const tests = [...typed.matchAll(WORD)].map(([, minus, name, quoted, plain]): RowTest => {
    const word = (quoted ?? plain ?? '').toLowerCase();
    const test = (TESTS[name?.toLowerCase() ?? ''] ?? anywhere)(word);
    return minus === '-' ? (searched) => !test(searched) : test;
  });
  return (searched) => tests.every((test) => test(searched));
}
