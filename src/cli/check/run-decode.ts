/** Composes `p2pchat decode`: reads a file or standard input, and shows the frames that are in it. */
import { readFile } from 'node:fs/promises';
import { decodedFrames, decodedLines, meantBytes } from '../../check/output/decoded.ts';
import { CHECK_EXIT } from '../../check/run.ts';
import { DECODE_MAX_BYTES } from '../../limits/check.ts';
import { CannotRunError } from '../../words/cannot-run.ts';
import { harmless } from '../../words/harmless.ts';
import { openStandardOutput } from '../output/standard-output.ts';
import type { DecodeArguments } from './check-arguments.ts';

/** Shows them. @returns the exit code: 0 all are frames of the contract, 1 some are not. */
export async function runDecode({ file, json }: DecodeArguments): Promise<number> {
  const frames = decodedFrames(meantBytes(await inputOf(file)));
  const output = openStandardOutput();
  // Who reads it may go away: then nobody wants the rest.
  output.stream.on('error', () => {});
  for (const { at, frame } of frames) {
    const lines = json
      ? [JSON.stringify({ at, ...frame, bytes: frame.bytes.toString('hex') })]
      : decodedLines({ at, frame }).map(harmless);
    output.stream.write(`${lines.join('\n')}\n`);
  }
  await output.finish();
  return frames.every(({ frame }) => frame.faults.length === 0) ? CHECK_EXIT.passed : CHECK_EXIT.failed;
}

async function inputOf(file: string | undefined): Promise<Buffer> {
  const bytes = file === undefined ? await standardInput() : await readFile(file).catch(cannotRead);
  if (bytes.length > DECODE_MAX_BYTES)
    throw new CannotRunError(`The input has more than ${DECODE_MAX_BYTES} bytes.`);
  return bytes;
}

function cannotRead(error: Error): never {
  throw new CannotRunError(`The file can't be read: ${error.message}`, { cause: error });
}

async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    chunks.push(bytes);
    if (length > DECODE_MAX_BYTES) break;
  }
  return Buffer.concat(chunks);
}
