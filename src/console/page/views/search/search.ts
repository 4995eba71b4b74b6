/**
 * What is typed into a search field, of the sequence or of the machines, as a test of rows. Words are joined
 * by "and"; a word is found anywhere, one with a name in front (`kind:TEXT`, `peer:bob`, `link:forward-1`,
 * `text:tea`, `after:15:07`, `before:15:08:30`, `message:HID#7`, `event:POKE`, `context:alice`) there only;
 * `-` in front leaves out what it finds; quotes hold words together. A row is a frame, something that became
 * of a connection, or an event of a machine, of which the event and what it has changed in the context are
 * searched, too. Pure.
 */
import { exactTimeOfDay } from '../../state/clock-time.ts';

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
  /** The event of a machine, and what it has changed in the context, in lower case. */
  event?(): string;
  context?(): string;
}

/** True for a row that passes. */
type RowTest = (searched: Searched) => boolean;

const WORD = /(-?)(?:(kind|peer|link|text|after|before|message|event|context):)?(?:"([^"]*)"?|(\S+))/giu;

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
      exactTimeOfDay(atMs) >= word,
  before:
    (word) =>
    ({ atMs }) =>
      exactTimeOfDay(atMs) < word,
  message:
    (word) =>
    ({ message }) =>
      message === word,
  event: (word) => (searched) => searched.event?.().includes(word) ?? false,
  context: (word) => (searched) => searched.context?.().includes(word) ?? false,
};

function anywhere(word: string): RowTest {
  return (searched) =>
    searched.text().includes(word) ||
    isIn(searched.names, word) ||
    isIn(searched.links, word) ||
    (searched.event?.().includes(word) ?? false) ||
    (searched.context?.().includes(word) ?? false) ||
    exactTimeOfDay(searched.atMs).startsWith(word);
}

/** True where events of machines are asked for by name. */
export function asksForEvents(typed: string): boolean {
  return [...typed.matchAll(WORD)].some(
    ([, minus, name, quoted, plain]) =>
      minus === '' &&
      (/^(event|context)$/iu.test(name ?? '') ||
        (/^kind$/iu.test(name ?? '') && /^ev/iu.test(quoted ?? plain ?? ''))),
  );
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
