/** The small peer as what a stage starts: in this process, on real sockets. */
import type { StageOptions, Start } from '../../../src/check/stage/peer-stage.ts';
import type { Subject, SubjectExit } from '../../../src/check/stage/subject.ts';
import { type Button, lineFor, OWN_WORDS } from '../../../src/check/stage/words.ts';
import type { Fault } from './faults.ts';
import { SmallPeer } from './small-peer.ts';

class SmallSubject implements Subject {
  readonly isByHand = false;
  output = '';
  exit: SubjectExit | undefined;
  readonly problem = undefined;
  readonly #peer: SmallPeer;

  constructor({ roomServerHost, roomServerPort, port, tape }: Start, fault: Fault | undefined) {
    this.#peer = new SmallPeer({
      host: roomServerHost,
      serverPort: roomServerPort,
      port,
      fault,
      print: (line) => {
        this.output += `${line}\n`;
        tape.sign();
        tape.changed();
      },
      exit: (code) => {
        this.exit = { code, signal: null };
        tape.changed();
      },
    });
  }

  get mark(): number {
    return this.output.length;
  }

  press(button: Button, typed = ''): void {
    this.#peer.type(lineFor(OWN_WORDS, button, typed));
  }

  shownSince(mark: number): string {
    return this.output.slice(mark);
  }

  messagesSince(mark: number): string {
    const lines = this.shownSince(mark).split('\n');
    return lines.filter((line) => line.startsWith(OWN_WORDS.message)).join('\n');
  }

  async done(): Promise<void> {}

  async ask(): Promise<boolean> {
    return false;
  }

  kill(): void {
    this.#peer.stop(null);
    this.exit = { code: null, signal: 'SIGKILL' };
  }

  async close(): Promise<void> {
    this.#peer.stop(null);
  }
}

/** Starts small peers with one fault, or none. */
export function startSmall(fault?: Fault): StageOptions['start'] {
  return (start) => new SmallSubject(start, fault);
}
