/** How single values of the command line are read; each says in its error what is wanted. */
import { InvalidArgumentError } from 'commander';
import { isIpv4, isName, NAME_MAX_CHARACTERS, parseCount, parsePort } from '../../protocol/names.ts';
import { FAULT_NAMES, type FaultName, parseFaults } from '../../simulation/faults/faults.ts';
import { ROOM_SERVER_PORT } from './addresses.ts';

const MINUTES_MAX = 1_440;

/** A port that something listens on. */
export function port(text: string): number {
  const parsed = parsePort(text);
  if (parsed === undefined) throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
  return parsed;
}

/** An IPv4 address. */
export function ipv4(text: string): string {
  if (!isIpv4(text)) throw new InvalidArgumentError('Give an IPv4 address such as 192.168.1.5.');
  return text;
}

/** A host name or an IPv4 address. */
export function roomServerHost(text: string): string {
  if (text.includes(':')) {
    throw new InvalidArgumentError(
      'This chat speaks IPv4 only: give a host name or an IPv4 address such as 192.168.1.5, and the port apart.',
    );
  }
  return text;
}

/** The name of a user or a room. */
export function protocolName(text: string): string {
  if (!isName(text)) {
    throw new InvalidArgumentError(
      `Use one word of 1 to ${NAME_MAX_CHARACTERS} printable ASCII characters without ":".`,
    );
  }
  return text;
}

/** A whole number in a range, its bounds included. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = parseCount(text);
    if (value === undefined || value < least || value > most) {
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** Simulated minutes: over 0, up to a day. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= MINUTES_MAX))
    throw new InvalidArgumentError(`Give a number over 0, up to ${MINUTES_MAX}.`);
  return value;
}

/** Seeds from one to another one, such as `1-300`. */
export function seedRange(text: string): { firstSeed: number; lastSeed: number } {
  const [, first = '', last = ''] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  const [firstSeed, lastSeed] = [parseCount(first), parseCount(last)];
  if (firstSeed === undefined || lastSeed === undefined || firstSeed > lastSeed) {
    throw new InvalidArgumentError('Give a range such as 1-300.');
  }
  return { firstSeed, lastSeed };
}

/** `all`, `none`, or names of faults. */
export function faultNames(text: string): readonly FaultName[] {
  const names = parseFaults(text);
  if (!names) throw new InvalidArgumentError(`Give all, none, or some of: ${FAULT_NAMES.join(', ')}.`);
  return names;
}

/** `HOST` or `HOST:PORT` of a room server. */
export function roomServerPlace(text: string): { readonly host: string; readonly port: number } {
  const [host = '', given, ...more] = text.split(':');
  const parsed = given === undefined ? ROOM_SERVER_PORT : parsePort(given);
  if (host === '' || parsed === undefined || more.length > 0)
    throw new InvalidArgumentError('Give HOST or HOST:PORT, as in 192.168.1.5:32340.');
  return { host, port: parsed };
}

/** `on` or `off`. */
export function switchValue(text: string): boolean {
  const value = SWITCH.get(text.toLowerCase());
  if (value === undefined) throw new InvalidArgumentError('Say on or off.');
  return value;
}

const SWITCH = new Map([
  ...['on', 'true', 'yes', '1'].map((word) => [word, true] as const),
  ...['off', 'false', 'no', '0'].map((word) => [word, false] as const),
]);

/** One of these words. */
export function wordOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text.toLowerCase());
    if (found === undefined) throw new InvalidArgumentError(`Say ${words.join(', ')}.`);
    return found;
  };
}
