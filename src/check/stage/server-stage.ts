/**
 * What a case about a room server is played on: the server, started for the case or running already, and
 * clients of bare sockets.
 */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { CHECK_START_MS } from '../../limits/check.ts';
import type { StrictFrame } from '../../protocol/dissect/strict-frame.ts';
import { LOOPBACK } from '../../protocol/names.ts';
import { quoted } from '../../words/quoted.ts';
import { CannotCheckError, CheckFailure } from '../failure.ts';
import type { Draw } from '../wire/delivery.ts';
import { freePort } from '../wire/ports.ts';
import { Tape } from '../wire/tape.ts';
import { WireLink } from '../wire/wire-link.ts';
import type { ProcessSubject } from './subject.ts';

/** How a room server is had. */
interface ServerOptions {
  /** Starts one on a port, for each case; `null` where one runs already. */
  readonly start: ((port: number, tape: Tape) => ProcessSubject) | null;
  readonly host: string;
  readonly port: number;
  readonly patienceMs: number;
  readonly draw: Draw | null;
}

const DIAL_PAUSE_MS = 40;
/** Rooms of one run and the next have different names: a server that runs already knows those of before. */
const RUN = randomBytes(3).toString('hex');
let cases = 0;

/** See above. */
export class ServerStage {
  readonly tape: Tape;
  readonly clients: WireLink[] = [];
  /** Begins the names of all rooms of the case. */
  readonly room: string;
  readonly #options: ServerOptions;
  readonly #port: number;
  readonly #program: ProcessSubject | null;

  private constructor(options: ServerOptions, tape: Tape, port: number) {
    cases += 1;
    this.room = `c${RUN}${cases}x`;
    this.#options = options;
    this.tape = tape;
    this.#port = port;
    this.#program = options.start?.(port, tape) ?? null;
  }

  static async open(options: ServerOptions): Promise<ServerStage> {
    const port = options.start === null ? options.port : await freePort();
    return new ServerStage(options, new Tape(), port);
  }

  get printed(): string {
    return this.#program?.output ?? '';
  }

  readonly patienceMs = (): number => this.#options.patienceMs;

  /** The process of the server. @throws CannotCheckError where it was not started for this case. */
  get program(): ProcessSubject {
    if (this.#program === null)
      throw new CannotCheckError('Needs a room server that the tester starts (-- COMMAND).');
    return this.#program;
  }

  /** Opens a connection; a server that was only just started is waited for. */
  async client(name: string): Promise<WireLink> {
    const { host, draw, start } = this.#options;
    const boundMs = start === null ? this.patienceMs() : Math.max(CHECK_START_MS, this.patienceMs());
    const startedMs = this.tape.nowMs;
    for (;;) {
      try {
        const socket = await opened(host, this.#port);
        const link = new WireLink(socket, { owner: name, tape: this.tape, draw, isDialled: true });
        this.clients.push(link);
        this.tape.sign();
        return link;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (this.#program?.problem) throw this.#program.problem;
        if (this.#program?.exit)
          throw new CannotCheckError(`The room server has ended at once: ${this.printed}`);
        if (this.tape.nowMs - startedMs > boundMs)
          throw new CannotCheckError(`No room server takes connections at ${host}:${this.#port}: ${why}`);
        await new Promise((resolve) => setTimeout(resolve, DIAL_PAUSE_MS));
      }
    }
  }

  /** Sends bytes and takes the next frame. */
  async ask(link: WireLink, text: string): Promise<StrictFrame> {
    link.send(text);
    return this.answer(link, `after ${quoted(text.slice(0, 100))}`);
  }

  /** Takes the next frame. */
  async answer(link: WireLink, when: string): Promise<StrictFrame> {
    const frame = await this.tape.until(() => {
      const next = link.take();
      if (next === undefined && link.ended !== undefined)
        throw new CheckFailure(
          `${link.owner} wanted an answer ${when}, and the server closed (${link.ended}).`,
        );
      return next;
    }, this.patienceMs);
    if (frame) return frame;
    const rest = link.rest === '' ? '' : `; these bytes are no whole frame: ${quoted(link.rest)}`;
    throw new CheckFailure(`${link.owner} got no answer ${when}${rest}.`);
  }

  /** Sends bytes; the answer has to be exactly this. */
  async exactly(link: WireLink, text: string, wanted: string): Promise<void> {
    const frame = await this.ask(link, text);
    if (frame.bytes.toString('latin1') !== wanted)
      throw new CheckFailure(
        `${quoted(text)} was answered by ${quoted(frame.bytes)}; it should be ${quoted(wanted)}.`,
        { frame },
      );
  }

  /** `J:…` of somebody at this port of the loopback. */
  join(user: string, port: number, room = this.room): string {
    return `J:${room}:${user}:${LOOPBACK}:${port}::\r\n`;
  }

  /** Lets the protocol's own time pass. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  async close(): Promise<void> {
    for (const link of this.clients) link.destroy();
    await this.#program?.close();
  }
}

function opened(host: string, port: number) {
  return new Promise<ReturnType<typeof connect>>((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, family: 4 });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
