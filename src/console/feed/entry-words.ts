/**
 * What an entry of the log says, in one short sentence for people. Pure. Foreign text in it is raw: whoever
 * shows it makes it harmless.
 */
import type { EntryOf, LogEntry } from '../../log/entry.ts';
import { stateWords } from '../../log/plain.ts';

const CONNECTION: Readonly<Record<EntryOf<'connection'>['what'], string>> = {
  opening: 'a connection is opened to',
  opened: 'a connection is open to',
  refused: 'a connection is refused by',
  failed: 'no connection to',
  accepted: 'a connection is accepted from',
  ending: 'a connection is ended here, to',
  closed: 'a connection is closed, to',
  reset: 'a connection is reset, to',
  broken: 'a connection is broken, to',
};

function transitionWords({ actor, event, from, to }: EntryOf<'transition'>): string {
  const [before, after] = [stateWords(from), stateWords(to)];
  return `${actor}: ${event.type}, ${before === after ? `stays in ${after}` : `${before} → ${after}`}`;
}

/** See above. */
export function entryWords(entry: LogEntry): string {
  switch (entry.type) {
    case 'life':
      return entry.what === 'started' ? 'the peer is started' : 'the peer has ended';
    case 'command':
      return `the user's command ${entry.command.type}`;
    case 'notice':
      return entry.speaker === null ? entry.text : `${entry.speaker}: ${entry.text}`;
    case 'frame':
      return `${entry.kind} ${entry.direction === 'in' ? 'from' : 'to'} ${entry.remote}`;
    case 'drop':
      return `dropped (${entry.reason}): ${entry.what}`;
    case 'connection':
      return `${CONNECTION[entry.what]} ${entry.remote}${entry.reason === null ? '' : `: ${entry.reason}`}`;
    case 'actor':
      return `${entry.actor} has ${entry.what}`;
    case 'transition':
      return transitionWords(entry);
    case 'timer':
      return `a timer of ${entry.delayMs} ms ${entry.what === 'started' ? 'is started' : 'fires'}`;
    case 'status':
      return `the peer is ${entry.status.state}, ${entry.status.links.length} links`;
    case 'members':
      return `${entry.members.length} members are listed`;
    case 'fault':
      return `${entry.what}${entry.isOver ? ' is over' : ''}`;
    case 'violation':
      return `broken: ${entry.invariant}: ${entry.what}`;
    case 'input':
      return `by hand: ${entry.act.type}`;
    case 'gap':
      return `${entry.missing} ${entry.of} are missing`;
  }
}
