/**
 * The M frame of a room, which grows at its head: putting a member in front of 10,000 others copies the bytes
 * once and hashes the new ones only. Made of entries rather than by `encode`, which checks every field: the
 * fields have passed `decode` already.
 *
 * Invariant: `bytes` is what `encode` makes of the same members with the MSID of PROTOCOL.md, sdbm over the
 * body.
 */
import { END_MARK, type MemberAddress } from '../../protocol/frames.ts';
import { sdbm } from '../../protocol/hash-id.ts';

/** What sdbm multiplies by for each byte. */
const MULTIPLIER = 65_599n;
/** The first colon of the end mark is the one behind the last member's port. */
const TAIL = END_MARK.slice(1);

function modulo64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

/** MULTIPLIER to the power of `exponent`, modulo 2^64. */
function powerOfMultiplier(exponent: number): bigint {
  let power = 1n;
  let square = MULTIPLIER;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = modulo64(power * square);
    square = modulo64(square * square);
  }
  return power;
}

/** `user:ip:port:`, one member as it stands in the body of an M. */
export function memberEntry({ user, ip, port }: MemberAddress): string {
  return `${user}:${ip}:${port}:`;
}

/** One finished M frame; never changes. */
export class MembersFrame {
  /** The whole frame. */
  readonly bytes: Buffer;
  /** The body's sdbm. */
  readonly #hash: bigint;
  /** What a byte in front of the body counts for: the multiplier to the power of the body's length. */
  readonly #power: bigint;
  /** Where the body begins. */
  readonly #start: number;

  private constructor(hash: bigint, power: bigint, body: readonly Buffer[]) {
    const head = Buffer.from(`M:${hash}:`, 'latin1');
    this.#hash = hash;
    this.#power = power;
    this.#start = head.length;
    this.bytes = Buffer.concat([head, ...body]);
  }

  /** The frame of these entries, in list order; at least one. */
  static of(entries: readonly string[]): MembersFrame {
    const body = Buffer.from(entries.join('') + TAIL, 'latin1');
    const length = body.length - TAIL.length;
    return new MembersFrame(BigInt(sdbm(body.subarray(0, length))), powerOfMultiplier(length), [body]);
  }

  /** The frame with one more entry, in front of all others. */
  prepend(entry: string): MembersFrame {
    const head = Buffer.from(entry, 'latin1');
    const hash = modulo64(this.#hash + BigInt(sdbm(head)) * this.#power);
    const power = modulo64(this.#power * powerOfMultiplier(head.length));
    return new MembersFrame(hash, power, [head, this.bytes.subarray(this.#start)]);
  }
}
