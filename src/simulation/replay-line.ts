/** How a world is run again: what a violation and a report end with. */
import type { Plan } from './plan.ts';

/** The command that runs the same world again. */
export function replayLine({ seed, options }: Plan): string {
  const { peers, minutes, faults } = options;
  const words = ['p2pchat simulate', `--seed ${seed}`, `--minutes ${minutes}`];
  if (peers !== undefined) words.push(`--peers ${peers}`);
  if (faults !== undefined) words.push(`--faults ${faults.length === 0 ? 'none' : faults.join(',')}`);
  return [...words, '--trace'].join(' ');
}
