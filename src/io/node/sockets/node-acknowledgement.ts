/**
 * Asks the kernel what of a connection's bytes has been acknowledged. Node has no call for it; Linux writes
 * it to a file (socket-table.ts), and other systems don't have that file: then nothing is known.
 *
 * Invariants: at most one read at a time, shared by all who ask meanwhile; what is read is bounded; a read
 * that fails is "unknown", never an error.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { endianness } from 'node:os';
import { Observable } from 'rxjs';
import { SOCKET_TABLE_MAX_BYTES } from '../../../limits/sockets.ts';
import type { Acknowledgement, Endpoint } from '../../network.ts';
import { acknowledgementOf, findSocket, tableAddress } from './socket-table.ts';

const TABLE = '/proc/self/net/tcp';
const CHUNK_BYTES = 65_536;
const IS_LITTLE_ENDIAN = endianness() === 'LE';

/** The table of TCP sockets of this computer, see above. */
export class NodeSocketTable {
  readonly #path: string;
  #reading: Promise<string> | undefined;

  /** @param path another file than the kernel's, for tests. */
  constructor(path = TABLE) {
    this.#path = path;
  }

  /** What is known of the connection between these two; see `Connection.acknowledgement`. */
  ask(local: Endpoint, remote: Endpoint): Observable<Acknowledgement> {
    return new Observable((subscriber) => {
      this.#read().then((table) => {
        const entry = findSocket(
          table,
          tableAddress(local, IS_LITTLE_ENDIAN),
          tableAddress(remote, IS_LITTLE_ENDIAN),
        );
        subscriber.next(acknowledgementOf(entry));
        subscriber.complete();
      });
    });
  }

  #read(): Promise<string> {
    this.#reading ??= readBounded(this.#path).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }
}

/** The beginning of a file; empty where it can't be read. */
async function readBounded(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      return await readFrom(file);
    } finally {
      await file.close();
    }
  } catch {
    // No such file (another system), or no right to read it: nothing is known.
    return '';
  }
}

/** A file of /proc has no length: it is read until nothing comes any more. */
async function readFrom(file: FileHandle): Promise<string> {
  const chunks: Buffer[] = [];
  for (let total = 0; total < SOCKET_TABLE_MAX_BYTES; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
  }
  return Buffer.concat(chunks).toString('latin1');
}
