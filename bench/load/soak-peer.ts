/** A peer of the soak through all its lives: the built program, one JSON object a line. */
import { Program } from './program.ts';
import type { SoakBooks } from './soak-books.ts';
import { LOOPBACK } from './sockets.ts';

/**
 * A small young generation for the processes that are looked at: the usual one grows to 16 MiB and shrinks
 * again in minutes, and next to that nothing else would be seen.
 */
export const SOAK_NODE_OPTIONS = ['--max-semi-space-size=2'] as const;

/** Who it is, the same in every life. */
export interface SoakIdentity {
  readonly name: string;
  readonly room: string;
  readonly port: number;
  readonly roomServerPort: number;
}

interface JsonNotice {
  readonly type: string;
  readonly content?: string;
  readonly own?: boolean;
  readonly member?: { readonly user: string };
  readonly from?: { readonly user: string };
  readonly to?: { readonly user: string };
  readonly reason?: string;
}

const RENEWED = 'it has linked to us anew';

/** See above. */
export class SoakPeer {
  readonly #identity: SoakIdentity;
  readonly #books: SoakBooks;
  #program: Program | undefined;
  isJoined = false;
  /** It has had a link in this life: from then on it gets what is said. */
  hasLinked = false;
  /** What it has said last, as it has shown it. */
  #lastOwn = '';
  /** Whom its forward link goes to. */
  forward: string | undefined;
  /** Whose forward links come to it. */
  readonly backward = new Set<string>();

  constructor(identity: SoakIdentity, books: SoakBooks) {
    this.#identity = identity;
    this.#books = books;
  }

  get name(): string {
    return this.#identity.name;
  }

  get pid(): number | undefined {
    return this.#program?.pid;
  }

  /** Begins a life; resolves when it has joined. */
  async start(): Promise<void> {
    const { name, room, port, roomServerPort } = this.#identity;
    const words = [LOOPBACK, String(roomServerPort), String(port), '--name', name, '--room', room, '--json'];
    this.#books.begins(name);
    const program = new Program(words, (line) => this.#told(line), SOAK_NODE_OPTIONS);
    this.#program = program;
    await program.until(`${name} has joined`, (line) => line.includes('"type":"joined"'));
    this.isJoined = true;
  }

  say(text: string): void {
    this.#program?.type(text);
  }

  /** Ends a life. @throws Error where the program does not end well. */
  async quit(): Promise<void> {
    this.isJoined = false;
    this.hasLinked = false;
    const code = await this.#program?.stop('quit');
    if (code !== 0) throw new Error(`${this.name} has ended with ${code}`);
    this.forward = undefined;
    this.backward.clear();
  }

  #told(line: string): void {
    const { type, content = '', own, member, to, reason } = JSON.parse(line) as JsonNotice;
    if (type === 'text') {
      if (own) this.#lastOwn = content;
      this.#books.shown(this.name, content);
      return;
    }
    if (type === 'nobody linked') this.#books.wasLocal(this.#lastOwn);
    if (type === 'forward linked') this.forward = member?.user;
    else if (type === 'forward lost' || type === 'forward yielded') this.forward = undefined;
    else if (type === 'forward failback') this.forward = to?.user;
    else if (type === 'backward linked' && member) this.backward.add(member.user);
    // It has linked to us anew just before.
    else if (type === 'backward lost' && member && reason !== RENEWED) this.backward.delete(member.user);
    else return;
    this.hasLinked ||= this.forward !== undefined || this.backward.size > 0;
    this.#books.changed();
  }
}
