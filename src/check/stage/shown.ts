/**
 * What the program has to show: looked for in what it prints, or asked of the person who sees its windows.
 */

import { quoted } from '../../words/quoted.ts';
import { CheckFailure } from '../failure.ts';
import type { PeerStage } from './peer-stage.ts';
import type { Subject } from './subject.ts';

/** Waits until the Message window has shown all these words since the mark. */
export async function expectMessage(
  stage: PeerStage,
  mark: number,
  words: readonly string[],
  program: Subject = stage.program,
): Promise<void> {
  const look = () => program.messagesSince(mark);
  await expectWords(stage, program, look, words, 'Message window');
}

/** Waits until either window has shown all these words since the mark. */
export async function expectShown(stage: PeerStage, mark: number, words: readonly string[]): Promise<void> {
  const look = () => stage.program.shownSince(mark);
  await expectWords(stage, stage.program, look, words, 'windows');
}

async function expectWords(
  stage: PeerStage,
  program: Subject,
  look: () => string,
  words: readonly string[],
  where: string,
): Promise<void> {
  const listed = words.map((word) => JSON.stringify(word)).join(' and ');
  if (program.isByHand) {
    if (await program.ask(`Does the ${where} show ${listed}?`)) return;
    throw new CheckFailure(`The ${where} does not show ${listed}.`);
  }
  const isThere = await stage.tape.until(
    () => (words.every((word) => look().includes(word)) ? true : undefined),
    stage.patienceMs,
  );
  if (isThere) return;
  stage.failIfOver();
  const shown = look().trim();
  throw new CheckFailure(
    `The program has not shown ${listed}; it has shown ${shown === '' ? 'nothing' : quoted(shown.slice(-300))}.`,
  );
}

/** The Message window has shown this so many times since the mark; to be asked when nothing more can come. */
export async function expectMessageCount(
  stage: PeerStage,
  mark: number,
  token: string,
  count: number,
  program: Subject = stage.program,
): Promise<void> {
  if (program.isByHand) {
    if (await program.ask(`Does the Message window show "${token}" ${times(count)}?`)) return;
    throw new CheckFailure(`The Message window does not show "${token}" ${times(count)}.`);
  }
  const found = program.messagesSince(mark).split(token).length - 1;
  if (found !== count)
    throw new CheckFailure(`The program has shown "${token}" ${times(found)}, not ${times(count)}.`);
}

/** Waits until something, in whatever words, has been shown since the mark. */
export async function expectTold(stage: PeerStage, mark: number, what: string): Promise<void> {
  const { program } = stage;
  if (program.isByHand) {
    if (await program.ask(`Does the Command window say that ${what}?`)) return;
    throw new CheckFailure(`The program has not told that ${what}.`);
  }
  const isTold = await stage.tape.until(
    () => (program.shownSince(mark).trim() === '' ? undefined : true),
    stage.patienceMs,
  );
  if (!isTold) throw new CheckFailure(`The program has shown nothing; it has to tell that ${what}.`);
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
