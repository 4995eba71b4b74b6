/**
 * Goal: what is made of a message is what this table says, written from PROTOCOL.md ("Flooding", and "Other
 * implementations": a restart counts from 0 again under the same HID). Each row is a case in each column, by
 * each kind of ID that it speaks of, played to a seen-cache from outside.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type Circumstances,
  SeenCache,
  type SeenCacheOptions,
  type SeenVerdict,
} from '../../../src/overlay/seen/seen-cache.ts';

const TABLE = `
| the ID is         | its content was heard | steady    | suspected | away      | confirmed |
|-------------------|-----------------------|-----------|-----------|-----------|-----------|
| not known         | never                 | new       | new       | new       | new       |
| not known         | only others were      | new       | new       | new       | new       |
| next or lower     | long ago              | new       | new       | new       | new       |
| further ahead     | long ago              | duplicate | duplicate | duplicate | new       |
| not known         | lately                | duplicate | duplicate | duplicate | new       |
| known             | never                 | undecided | new       | undecided | new       |
| known             | only others were      | new       | new       | new       | new       |
| known             | lately                | duplicate | duplicate | duplicate | new       |
| known             | since the handshake   | duplicate | duplicate | duplicate | duplicate |
| known, 0 or 1     | long ago              | undecided | new       | undecided | new       |
| known, 2 or more  | long ago              | undecided | undecided | undecided | new       |
`.trim();

const COLUMNS = ['steady', 'suspected', 'away', 'confirmed'] as const;
type Column = (typeof COLUMNS)[number];

/** The kinds of IDs that the rows speak of; bob was heard with 0 to 10 but for those that are not known. */
const IDS = {
  'not known': ['next', 'lower', 'ahead'],
  'next or lower': ['next', 'lower'],
  'further ahead': ['ahead'],
  known: ['zero', 'one', 'two', 'last'],
  'known, 0 or 1': ['zero', 'one'],
  'known, 2 or more': ['two', 'last'],
} as const;
type IdKind = (typeof IDS)[keyof typeof IDS][number];
const ID: Readonly<Record<IdKind, number>> = {
  zero: 0,
  one: 1,
  two: 2,
  lower: 5,
  last: 10,
  next: 11,
  ahead: 15,
};
const LAST_ID = 10;

const CONTENTS = ['never', 'only others were', 'lately', 'since the handshake', 'long ago'] as const;
type Content = (typeof CONTENTS)[number];

interface Case {
  readonly kind: IdKind;
  readonly content: Content;
  readonly column: Column;
  readonly verdict: string;
}

const CASES: readonly Case[] = TABLE.split('\n')
  .slice(2)
  .flatMap((line) => {
    const [, id = '', content = '', ...verdicts] = line.split('|').map((cell) => cell.trim());
    return IDS[id as keyof typeof IDS].flatMap((kind) =>
      COLUMNS.map(
        (column, at): Case => ({ kind, content: content as Content, column, verdict: verdicts[at] ?? '' }),
      ),
    );
  });

const SEEN_MS = 10_000;
const DUPLICATE_MS = 100;
const OPTIONS: SeenCacheOptions = {
  seenMs: SEEN_MS,
  seenMax: 1_000,
  duplicateMs: DUPLICATE_MS,
  countsOnMs: 300,
  originsMax: 100,
  idRangesMax: 16,
  contentsPerIdMax: 8,
  firstMessagesMax: 16,
  lastingContentsMax: 1_000,
};
/** So little memory that a content can be forgotten for good. */
const FORGETFUL: SeenCacheOptions = { ...OPTIONS, firstMessagesMax: 0, lastingContentsMax: 2 };

const ASKED = 1;
const OTHER = 2;
/** Contents of the IDs that a case is not about. */
const FIRST_INCARNATION = 100;
const SECOND_INCARNATION = 200;

/** Bob's past, as one case has it. */
class Past {
  readonly cache: SeenCache;
  readonly begun: number[] = [];
  #nowMs = 1_000_000;
  readonly #case: Case;

  constructor(given: Case) {
    this.#case = given;
    const options = given.content === 'never' ? FORGETFUL : OPTIONS;
    this.cache = new SeenCache(options, 7, (_, msgId) => this.begun.push(msgId));
    const isKnown = !['next', 'lower', 'ahead'].includes(given.kind);
    if (isKnown) this.#hearAll(FIRST_INCARNATION, this.#heardContent);
    else this.#hearWithout();
    this.#pass(DUPLICATE_MS + 1);
    if (isKnown && given.content === 'never') this.#forgetAll();
    if (isKnown && given.content === 'long ago') this.#pass(3 * SEEN_MS);
    this.#bringAbout(given.column);
    this.begun.length = 0;
  }

  /** The verdict about the message of the case. */
  judge(known: Circumstances = {}): SeenVerdict {
    const { kind, column } = this.#case;
    const isOfNewIncarnation = column === 'confirmed';
    return this.cache.judge('bob', ID[kind], ASKED, this.#nowMs, { ...known, isOfNewIncarnation });
  }

  get #heardContent(): number {
    return ['only others were', 'since the handshake'].includes(this.#case.content) ? OTHER : ASKED;
  }

  /** An incarnation that was never heard with the ID; where a content was, an earlier one has said it. */
  #hearWithout(): void {
    const { kind, content } = this.#case;
    if (content !== 'never') {
      this.#hearAll(FIRST_INCARNATION, this.#heardContent, Math.max(LAST_ID, ID[kind]));
      if (content === 'long ago') this.#pass(3 * SEEN_MS);
    }
    this.#hearAll(SECOND_INCARNATION, undefined);
  }

  /** Bob says everything up to `last`, and under the ID of the case this content, or nothing. */
  #hearAll(incarnation: number, content: number | undefined, last = LAST_ID): void {
    for (let msgId = 0; msgId <= last; msgId += 1) {
      const said = msgId === ID[this.#case.kind] ? content : incarnation + msgId;
      if (said !== undefined) this.#hear('bob', msgId, said);
    }
  }

  #hear(origin: string, msgId: number, content: number): void {
    this.cache.judge(origin, msgId, content, this.#nowMs);
  }

  #forgetAll(): void {
    this.#pass(3 * SEEN_MS);
    for (const msgId of [1, 2, 3]) this.#hear('carol', msgId, msgId);
  }

  #bringAbout(column: Column): void {
    const { kind, content } = this.#case;
    if (column === 'suspected') this.cache.suspect('bob', this.#nowMs);
    if (column === 'away') {
      // A suspicion beside it changes nothing.
      this.cache.suspect('bob', this.#nowMs);
      this.cache.wentAway('bob');
    }
    if (column === 'confirmed') expect(this.cache.handshake('bob', 0, this.#nowMs)).toBe(true);
    if (content === 'since the handshake') this.#hear('bob', ID[kind], ASKED);
  }

  #pass(ms: number): void {
    this.#nowMs += ms;
  }
}

function known(given: Case): boolean {
  return !['next', 'lower', 'ahead'].includes(given.kind);
}

test('the table above is the one that the code shows', () => {
  const code = readFileSync(new URL('../../../src/overlay/seen/verdict.ts', import.meta.url), 'utf8');
  const shown = code.split('\n').flatMap((line) => (line.startsWith(' * |') ? [line.slice(3)] : []));
  expect(shown.join('\n')).toBe(TABLE);
});

test('the table speaks of every ID and every content in every column, once', () => {
  const spoken = CASES.map(({ kind, content, column }) => `${kind}, ${content}, ${column}`);
  // What was heard since the handshake is known by that.
  const all = Object.keys(ID).flatMap((kind) =>
    CONTENTS.filter((content) => content !== 'since the handshake' || known({ kind } as Case)).flatMap(
      (content) => COLUMNS.map((column) => `${kind}, ${content}, ${column}`),
    ),
  );
  expect(spoken.sort()).toEqual(all.sort());
});

describe.each(COLUMNS)('%s', (column) => {
  test.each(CASES.filter((given) => given.column === column))(
    '$kind ID, content heard $content: $verdict',
    (given) => {
      const past = new Past(given);
      expect(past.judge()).toBe(given.verdict);
      const begins = given.verdict === 'new' && known(given);
      expect(past.begun).toEqual(begins ? [ID[given.kind]] : []);
    },
  );
});

describe('what is known of a message besides', () => {
  test.each(CASES)(
    '$kind ID, heard $content, $column: settled by a fresh list, undecided is a duplicate',
    (given) => {
      const expected = given.verdict === 'undecided' ? 'duplicate' : given.verdict;
      expect(new Past(given).judge({ isSettled: true })).toBe(expected);
    },
  );

  test.each(CASES)(
    '$kind ID, heard $content, $column: used since the handshake, it is new if it was never heard',
    (given) => {
      const isNew = given.verdict === 'undecided' && given.content === 'never';
      expect(new Past(given).judge({ isOwn: true })).toBe(isNew ? 'new' : given.verdict);
    },
  );

  test.each(CASES)(
    '$kind ID, heard $content, $column: said again after a break, the same is the same',
    (given) => {
      const expected = given.content === 'long ago' ? 'duplicate' : given.verdict;
      expect(new Past(given).judge({ isSaidAgain: true })).toBe(expected);
    },
  );
});
