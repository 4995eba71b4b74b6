/** What machines do, as lines of the structured log: their starts and the events that they take. */
import { LOG_TAKERS_MAX } from '../../limits/program.ts';
import type { LogEntry, Plain } from '../../log/entry.ts';
import type { LogSink } from '../../log/log.ts';
import { stateWords } from '../../log/plain.ts';
import { describeEvent } from '../../machines/event-of.ts';
import { harmless } from '../../words/harmless.ts';
import type { LogLines } from './log-lines.ts';

/** What the log calls the entry into the first state. */
const START = 'start';

/** Takes the entries of a room's log; those that are of no machine are not looked at. */
export function machineLines(lines: LogLines): LogSink {
  /** Which machine has taken an event, by the serial of that. */
  const takers = new Map<number, string>();
  const write = (machine: string, event: string, state: Plain, by?: string) =>
    lines.write('debug', machine, () => [
      { machine, event: harmless(event), ...(by === undefined ? {} : { by }), state: stateWords(state) },
      'transition',
    ]);
  const take = (entry: LogEntry) => {
    if (entry.type === 'actor' && entry.what === 'started') write(entry.actor, START, entry.state);
    if (entry.type !== 'transition') return;
    const { serial, causedBy, actor, event, to } = entry;
    write(actor, describeEvent(event), to, causedBy === null ? undefined : takers.get(causedBy));
    takers.set(serial, actor);
    const [oldest] = takers.keys();
    if (takers.size > LOG_TAKERS_MAX && oldest !== undefined) takers.delete(oldest);
  };
  return (entries) => {
    for (const entry of entries) take(entry);
  };
}
