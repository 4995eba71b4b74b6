/** A UDP socket of the tester: pokes and their answers, each datagram on the tape. */
import { createSocket, type Socket } from 'node:dgram';
import { type StrictFrame, strictFrame } from '../../protocol/dissect/strict-frame.ts';
import { LOOPBACK } from '../../protocol/names.ts';
import { PROGRAM, type Tape } from './tape.ts';

/** A datagram that has come. */
interface Datagram {
  readonly frame: StrictFrame;
  readonly port: number;
}

/** See above. */
export class WireDatagrams {
  readonly received: Datagram[] = [];
  readonly port: number;
  readonly #socket: Socket;
  readonly #tape: Tape;
  readonly #owner: string;
  #taken = 0;

  constructor(socket: Socket, owner: string, tape: Tape, onDatagram: (datagram: Datagram) => void) {
    this.#socket = socket;
    this.#owner = owner;
    this.#tape = tape;
    this.port = socket.address().port;
    socket.on('message', (bytes, { address, port }) => {
      const datagram = { frame: strictFrame(bytes), port };
      this.received.push(datagram);
      const source = { host: address, port };
      tape.add({ ...UDP, from: PROGRAM, to: owner, source, target: this.#end(), bytes });
      onDatagram(datagram);
    });
    // A datagram to a port that nobody has comes back as an error: it is lost, as datagrams are.
    socket.on('error', () => {});
  }

  /** Takes the next datagram; `undefined` where none is there. */
  take(): Datagram | undefined {
    const datagram = this.received[this.#taken];
    if (datagram !== undefined) this.#taken += 1;
    return datagram;
  }

  send(text: string, port: number): void {
    const bytes = Buffer.from(text, 'latin1');
    const target = { host: LOOPBACK, port };
    this.#tape.add({ ...UDP, from: this.#owner, to: PROGRAM, source: this.#end(), target, bytes });
    this.#socket.send(bytes, port, LOOPBACK);
  }

  close(): void {
    this.#socket.close();
  }

  #end() {
    return { host: LOOPBACK, port: this.port };
  }
}

const UDP = { transport: 'UDP', connection: 0, event: 'data' } as const;

/** Opens one. @param port 0 for any free one. */
export function openDatagrams(
  owner: string,
  port: number,
  tape: Tape,
  onDatagram: (datagram: Datagram) => void = () => {},
): Promise<WireDatagrams> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind({ address: LOOPBACK, port, exclusive: true }, () => {
      socket.off('error', reject);
      resolve(new WireDatagrams(socket, owner, tape, onDatagram));
    });
  });
}
