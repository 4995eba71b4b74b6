/** The options of a recording and of a capture, the same for every command that can make them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CAPTURE_MAX_BYTES, RECORD_MAX_BYTES } from '../../limits/program.ts';

/** What the command line says of a capture. */
export interface CaptureArguments {
  /** The file; without it there is no capture. */
  readonly pcap?: string;
  /** Its largest size, in bytes. */
  readonly pcapMax: number;
}

/** What the command line says of a recording, and of a capture. */
export interface RecordArguments extends CaptureArguments {
  /** The file of the recording; without it there is none. */
  readonly record?: string;
  /** Its largest size, in bytes. */
  readonly recordMax: number;
  /** True leaves out what people say. */
  readonly recordNoText?: boolean;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1_024, m: 1_048_576, g: 1_073_741_824 };
/** A header and some entries: less is no recording. */
const LEAST_BYTES = 65_536;

function size(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,12})([kmg]?)$/i.exec(text) ?? [];
  const bytes = Number(digits) * (UNITS[unit.toLowerCase()] ?? 1);
  if (digits === '' || bytes < LEAST_BYTES) {
    throw new InvalidArgumentError('Give a number of bytes from 65536, or such as 500k, 64m or 2g.');
  }
  return bytes;
}

/** Adds them to a command. */
export function addRecordOptions(command: Command): Command {
  return command
    .option(
      '--record <file>',
      'write all that happens to this file (p2pchat recording, one JSON object a line)',
    )
    .addOption(
      new Option('--record-max <size>', 'its largest size, such as 64m')
        .argParser(size)
        .default(RECORD_MAX_BYTES, '256m'),
    )
    .option('--record-no-text', 'leave out of it what people say')
    .option('--pcap <file>', 'write what goes over the wires to this file, for Wireshark (pcapng)')
    .addOption(
      new Option('--pcap-max <size>', 'its largest size, such as 64m')
        .argParser(size)
        .default(CAPTURE_MAX_BYTES, '256m'),
    );
}
