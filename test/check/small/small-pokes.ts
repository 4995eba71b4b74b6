/** The small peer's pokes, those that it sends and those that it gets. */
import { createSocket } from 'node:dgram';
import type { Fault } from './faults.ts';
import { END, IP, type Member, type SmallPeerOptions } from './small-server-link.ts';

interface Ports {
  /** Where the peer is; `null` before it has joined. */
  readonly place: () => {
    readonly room: string;
    readonly user: string;
    readonly members: readonly Member[];
  } | null;
  readonly later: (ms: number, run: () => void) => NodeJS.Timeout;
  readonly message: (text: string) => void;
  readonly command: (text: string) => void;
}

/** See above. */
export class SmallPokes {
  readonly #options: SmallPeerOptions;
  readonly #ports: Ports;
  readonly #udp = createSocket('udp4');
  readonly #waiting = new Map<number, () => void>();

  constructor(options: SmallPeerOptions, ports: Ports) {
    this.#options = options;
    this.#ports = ports;
    this.#udp.on('message', (bytes, { address, port }) => this.#onDatagram(bytes, address, port));
  }

  bind(isBound: () => void): void {
    this.#udp.bind(this.#options.port, IP, isBound);
  }

  close(): void {
    this.#udp.close();
  }

  /** [Poke]. */
  poke(name: string): void {
    const { place, command } = this.#ports;
    const here = place();
    const target = here?.members.find((one) => one.user === name);
    if (!here) command('join a room first');
    else if (name === '') command(`To whom you want to send the poke? ${this.#nicknames()}`);
    else if (name === here.user) command('that is you');
    else if (!target) command(`${name} is not here`);
    else this.#send(target, here.room, this.#has('K has the target') ? name : here.user);
  }

  #nicknames(): string {
    if (this.#has('no nicknames')) return '';
    return (this.#ports.place()?.members ?? []).map((one) => one.user).join(' ');
  }

  #send({ user, port }: Member, room: string, poker: string): void {
    const { command, later } = this.#ports;
    this.#udp.send(`K:${room}:${poker}${END}`, port, IP);
    command('poked');
    const timer = later(2_000, () => {
      this.#waiting.delete(port);
      if (!this.#has('time-outs are not told')) command(`no answer from ${user}`);
    });
    this.#waiting.set(port, () => {
      clearTimeout(timer);
      this.#waiting.delete(port);
      command(`${user} answered`);
    });
  }

  #onDatagram(bytes: Buffer, address: string, port: number): void {
    // Without its end mark it is no K.
    if (this.#has('reads 64 bytes of a K') && bytes.length > 64) return;
    const [type, room, name] = bytes.toString('latin1').slice(0, -END.length).split(':');
    const here = this.#ports.place();
    if (type === 'K' && here && (room === here.room || this.#has('any room in K'))) {
      if (!this.#has('no ACK'))
        this.#udp.send(`A${END}`, this.#has('ACK to the wrong port') ? port + 1 : port, address);
      if (!this.#has('pokes are not shown')) this.#ports.message(`${name} pokes you`);
      this.#ports.command(`poke from ${name}`);
    }
    if (type === 'A') this.#waiting.values().next().value?.();
  }

  #has(name: Fault): boolean {
    return name === this.#options.fault;
  }
}
