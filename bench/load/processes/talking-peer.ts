/** A peer of a soak or a test through all its incarnations: the built program, one JSON object a line. */
import type { Books } from './books.ts';
import { MeasuredProgram, type ProgramOptions } from './program.ts';

/** Who it is, the same in every incarnation. */
export interface Identity {
  readonly name: string;
  readonly room: string;
  readonly port: number;
  readonly roomServer: { readonly host: string; readonly port: number };
  /** Further words of its command line. */
  readonly words?: readonly string[];
  readonly options?: ProgramOptions;
}

/** A notice as far as it is read here. */
export interface JsonNotice {
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
export class TalkingPeer {
  readonly #identity: Identity;
  readonly #books: Books;
  #program: MeasuredProgram | undefined;
  isJoined = false;
  /** It has had a link in this incarnation. */
  hasLinked = false;
  /** What it has said last, as it has shown it. */
  #lastOwn = '';
  /** Whom its forward link goes to. */
  forward: string | undefined;
  /** Whose forward links come to it. */
  readonly backward = new Set<string>();

  constructor(identity: Identity, books: Books) {
    this.#identity = identity;
    this.#books = books;
  }

  get name(): string {
    return this.#identity.name;
  }

  get port(): number {
    return this.#identity.port;
  }

  get pid(): number | undefined {
    return this.#program?.pid;
  }

  /** It has a link now, by its own word. */
  get isLinked(): boolean {
    return this.forward !== undefined || this.backward.size > 0;
  }

  /** The process of this incarnation. @throws Error before the first. */
  get program(): MeasuredProgram {
    if (!this.#program) throw new Error(`${this.name} has not begun`);
    return this.#program;
  }

  /** Begins an incarnation; resolves when it has joined. */
  async start(): Promise<void> {
    const { name, room, port, roomServer, words: more = [], options } = this.#identity;
    const [host, serverPort] = [roomServer.host, String(roomServer.port)];
    const words = [host, serverPort, String(port), '--name', name, '--room', room, '--json', ...more];
    this.#books.begins(name);
    const program = new MeasuredProgram(words, (line) => this.#told(line), options);
    this.#program = program;
    await program.until(`${name} has joined`, (line) => line.includes('"type":"joined"'));
    this.isJoined = true;
  }

  say(text: string): void {
    this.#program?.type(text);
  }

  /** Ends an incarnation. @throws Error where the program does not end well. */
  async quit(): Promise<void> {
    this.isJoined = false;
    const code = await this.#program?.stop('quit');
    this.#end();
    if (code !== 0) throw new Error(`${this.name} has ended with ${code}`);
  }

  /** Ends an incarnation by SIGKILL. */
  async kill(): Promise<void> {
    this.isJoined = false;
    this.#books.ends(this.name);
    await this.#program?.stop('kill');
    this.#end();
  }

  /** SIGSTOP: it stands still, its kernel goes on answering. */
  pause(): void {
    this.program.signal('SIGSTOP');
  }

  /** SIGCONT. */
  goOn(): void {
    this.program.signal('SIGCONT');
  }

  #end(): void {
    this.#books.ends(this.name);
    this.hasLinked = false;
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
    this.hasLinked ||= this.isLinked;
    this.#books.changed();
  }
}
