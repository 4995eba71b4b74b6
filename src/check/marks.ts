/** The assignment's marking scheme: what each item is worth, and what a program has of it. */
import type { MarkItem } from './case.ts';
import type { Result } from './result.ts';

interface Item {
  readonly stage: 1 | 2;
  readonly points: number;
  readonly words: string;
}

/** As the assignment has them; its point for the documentation is not for machines. */
export const MARK_ITEMS: Readonly<Record<MarkItem, Item>> = {
  User: { stage: 1, points: 1.5, words: 'Correctness of the [User] button' },
  List: { stage: 1, points: 1.5, words: 'Correctness of the [List] button' },
  'Room server': { stage: 1, points: 3, words: 'Correctness of the P2PChat-Roomserver interactions' },
  Poke: { stage: 1, points: 2, words: 'Correctness of the [Poke] button' },
  Quit: { stage: 2, points: 1, words: 'Correctness of the [Quit] button' },
  Send: { stage: 2, points: 2, words: 'Correctness of the [Send] button' },
  Normal: { stage: 2, points: 3, words: 'Interactions between multiple peers under normal situation' },
  Leaving: { stage: 2, points: 3, words: 'Interactions with peers leaving and rejoining' },
};

/** What a program has of one item. */
interface Mark extends Item {
  readonly item: MarkItem;
  /** Its share of the points, by the cases that passed. */
  readonly earned: number;
  readonly passed: number;
  readonly count: number;
}

/** The marks by the results; items none of whose cases were run are left out. */
export function marksOf(results: readonly Result[]): Mark[] {
  return Object.entries(MARK_ITEMS).flatMap(([name, item]) => {
    const judged = results.filter(({ mark, verdict }) => mark === name && verdict !== 'not run');
    const passed = judged.filter(({ verdict }) => verdict === 'passed').length;
    if (judged.length === 0) return [];
    const earned = (item.points * passed) / judged.length;
    return [{ item: name as MarkItem, ...item, earned, passed, count: judged.length }];
  });
}

/** The sum of a stage, earned and possible. */
export function stageMarks(marks: readonly Mark[], stage: 1 | 2): { earned: number; points: number } {
  const items = marks.filter((mark) => mark.stage === stage);
  const sum = (of: (mark: Mark) => number) => items.reduce((total, mark) => total + of(mark), 0);
  return { earned: sum(({ earned }) => earned), points: sum(({ points }) => points) };
}
