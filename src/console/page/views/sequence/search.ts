/**
 * What is typed into the search field of the sequence, as a test of frames. Words are joined by "and"; a word
 * is found anywhere, one with a name in front (`kind:TEXT`, `peer:bob`, `link:forward-1`, `text:tea`,
 * `after:15:07`, `before:15:08:30`, `message:HID#7`) there only; `-` in front leaves out what it finds;
 * quotes hold words together. Pure.
 */
import type { ConsoleFrame } from '../../../feed/messages.ts';
import { frameLabel } from './diagram/frame-label.ts';
import { clockTime } from './diagram/times.ts';

/** A frame, as the search sees it. */
export interface Searched {
  readonly frame: ConsoleFrame;
  readonly partyName: string;
}

/** True for a frame that passes. */
export type FrameTest = (searched: Searched) => boolean;

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

const TESTS: Readonly<Record<string, (word: string) => FrameTest>> = {
  kind:
    (word) =>
    ({ frame }) =>
      frame.kind.toLowerCase().startsWith(word),
  peer:
    (word) =>
    ({ partyName }) =>
      partyName.toLowerCase().includes(word),
  link:
    (word) =>
    ({ frame }) =>
      frame.via.toLowerCase().includes(word),
  text:
    (word) =>
    ({ frame }) =>
      textOf(frame).includes(word),
  // Times of a day are compared as they are written: `15:07` is before all of 15:07.
  after:
    (word) =>
    ({ frame }) =>
      clockTime(frame.atMs) >= word,
  before:
    (word) =>
    ({ frame }) =>
      clockTime(frame.atMs) < word,
  message:
    (word) =>
    ({ frame }) =>
      frame.message !== null && messageName(frame.message) === word,
};

function anywhere(word: string): FrameTest {
  return ({ frame, partyName }) =>
    textOf(frame).includes(word) ||
    partyName.toLowerCase().includes(word) ||
    frame.via.toLowerCase().includes(word) ||
    clockTime(frame.atMs).startsWith(word);
}

/** Reads what was typed; nothing typed lets everything pass. Never throws. */
export function readSearch(typed: string): FrameTest {
  const tests = [...typed.matchAll(WORD)].map(([, minus, name, quoted, plain]): FrameTest => {
    const word = (quoted ?? plain ?? '').toLowerCase();
    const test = (TESTS[name?.toLowerCase() ?? ''] ?? anywhere)(word);
    return minus === '-' ? (searched) => !test(searched) : test;
  });
  return (searched) => tests.every((test) => test(searched));
}
