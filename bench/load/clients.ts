/** Clients of a room server that ask as fast as they are answered. */
import type { Socket } from 'node:net';
import { Condition, open } from './sockets.ts';

/** One client of a room server: a request, an answer of a known length, the next request. */
class Client {
  readonly #socket: Socket;
  readonly #request: Buffer;
  readonly #answered: () => boolean;
  #answerBytes = 0;
  #come = 0;

  private constructor(socket: Socket, request: Buffer, answered: () => boolean) {
    this.#socket = socket;
    this.#request = request;
    this.#answered = answered;
  }

  /** @param answered told of each answer; true if another request is to follow. */
  static async connect(port: number, request: Buffer, answered: () => boolean): Promise<Client> {
    let client: Client | undefined;
    const socket = await open(port, (bytes) => client?.take(bytes.length));
    client = new Client(socket, request, answered);
    return client;
  }

  ask(answerBytes: number): void {
    this.#answerBytes = answerBytes;
    this.#socket.write(this.#request);
  }

  take(length: number): void {
    this.#come += length;
    if (this.#come < this.#answerBytes) return;
    if (this.#come > this.#answerBytes)
      throw new Error(`an answer of ${this.#come}, not ${this.#answerBytes}, bytes`);
    this.#come = 0;
    if (this.#answered()) this.#socket.write(this.#request);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Clients that share a number of requests among them. */
export class Clients {
  readonly #clients: Client[] = [];
  readonly #condition = new Condition();
  #asked = 0;
  #answered = 0;
  #wanted = 0;

  static async connect(port: number, requests: readonly Buffer[]): Promise<Clients> {
    const clients = new Clients();
    for (const request of requests) {
      clients.#clients.push(await Client.connect(port, request, () => clients.#goOn()));
    }
    return clients;
  }

  /** @returns requests per second. */
  async ask(count: number, answerBytes: number): Promise<number> {
    [this.#asked, this.#answered, this.#wanted] = [this.#clients.length, 0, count];
    const fromMs = performance.now();
    for (const client of this.#clients) client.ask(answerBytes);
    await this.#condition.until('every request is answered', () => this.#answered >= count);
    return (count / (performance.now() - fromMs)) * 1_000;
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  #goOn(): boolean {
    this.#answered += 1;
    this.#condition.changed();
    if (this.#asked >= this.#wanted) return false;
    this.#asked += 1;
    return true;
  }
}
