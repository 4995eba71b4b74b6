/**
 * A small peer for the tests of the tester: it keeps the contract, and breaks one thing where it is told to
 * (FAULTS). It has nothing in common with this program's own peer but the protocol. Real sockets of the
 * loopback; no process of its own, because hundreds are started. small-peer-main.ts makes a process of it.
 */
import { connect, createServer, type Socket } from 'node:net';
import type { Fault } from './faults.ts';
import { SmallPokes } from './small-pokes.ts';
import { END, hidOf, IP, type Member, type SmallPeerOptions, SmallServerLink } from './small-server-link.ts';

interface Link {
  readonly socket: Socket;
  readonly isForward: boolean;
  buffer: string;
  /** Whose link it is, once its handshake is done. */
  member: Member | undefined;
  onAnswer: ((isAccepted: boolean) => void) | undefined;
}

const same = (one: Member, other: Member) => one.user === other.user && one.port === other.port;
const isName = (text: string) => /^[\x21-\x39\x3b-\x7e]{1,32}$/.test(text);
/** Longer than the patience of the tests. */
const LONG_SEARCH_MS = 10_000;
const TEXT = /^T:[^:]*:[^:]*:[^:]*:[^:]*:(\d+):/;

/** See above. */
export class SmallPeer {
  readonly #options: SmallPeerOptions;
  #user = '';
  #room = '';
  #isJoined = false;
  #members: Member[] = [];
  #msgId = 0;
  #isSearching = false;
  #lastSeen = 0;
  #isOver = false;
  #hadForward = false;
  readonly #server: SmallServerLink;
  readonly #links = new Set<Link>();
  readonly #seen = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #pokes: SmallPokes;
  readonly #listener = createServer((socket) => this.#addLink(socket, false));
  /** What was typed before it listens. */
  readonly #typed: string[] = [];
  #isListening = false;

  constructor(options: SmallPeerOptions) {
    this.#options = options;
    this.#server = new SmallServerLink(
      options,
      (ms, run) => this.#later(ms, run),
      () => {
        if (this.#isJoined) this.#later(500, () => this.#join(() => {}));
      },
    );
    const { port } = options;
    this.#pokes = new SmallPokes(options, {
      place: () => (this.#isJoined ? { room: this.#room, user: this.#user, members: this.#members } : null),
      later: (ms, run) => this.#later(ms, run),
      message: (text) => this.#message(text),
      command: (text) => this.#command(text),
    });
    this.#listener.listen(port, IP, () =>
      this.#pokes.bind(() => {
        this.#isListening = true;
        this.#command(`listening on ${port}`);
        for (const line of this.#typed) this.type(line);
      }),
    );
  }

  /** Takes a line of input. */
  type(line: string): void {
    if (!this.#isListening) {
      this.#typed.push(line);
      return;
    }
    const [, word = '', typed = ''] = /^(\/\w+) ?(.*)$/.exec(line) ?? [];
    this.#commands[word]?.(typed);
  }

  /** Ends it at once. */
  stop(code: number | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isJoined = false;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#server.close();
    for (const { socket } of this.#links) socket.destroy();
    this.#listener.close();
    this.#pokes.close();
    if (code !== null) this.#options.exit(code);
  }

  #has(name: Fault): boolean {
    return name === this.#options.fault;
  }

  #later(ms: number, run: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isOver) run();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  #every(ms: number, run: () => void): void {
    this.#later(ms, () => {
      run();
      this.#every(ms, run);
    });
  }

  #message(text: string): void {
    this.#options.print(`[msg] ${text}`);
  }

  #command(text: string): void {
    if (!this.#has('says nothing of errors')) this.#options.print(`[cmd] ${text}`);
  }

  #hidOf(member: Member): bigint {
    return hidOf(member, this.#options.fault);
  }

  #self(): Member {
    return { ...this.#truePlace(), port: this.#options.port + (this.#has('wrong port') ? 1 : 0) };
  }

  #truePlace(): Member {
    return { user: this.#user, ip: IP, port: this.#options.port };
  }

  // The room server.

  #joinText(): string {
    return `J:${this.#room}:${this.#user}:${this.#self().ip}:${this.#self().port}${END}`;
  }

  #join(onList: () => void): void {
    this.#server.ask(this.#joinText(), (answer) => {
      const fields = answer.split(':');
      if (fields[0] !== 'M') {
        this.#command(`the room server says ${answer}`);
        return;
      }
      const list: Member[] = [];
      for (let at = 2; at + 2 < fields.length; at += 3)
        list.push({ user: fields[at] ?? '', ip: fields[at + 1] ?? '', port: Number(fields[at + 2]) });
      this.#members = list;
      if (!this.#isJoined) {
        this.#isJoined = true;
        this.#command(
          `joined ${this.#room}: ${list.map((one) => `${one.user} ${one.ip}:${one.port}`).join(', ')}`,
        );
        if (!this.#has('no KEEPALIVE')) this.#every(20_000, () => this.#join(() => {}));
        this.#every(1_000, () => this.#search());
      }
      onList();
      this.#search();
    });
  }

  // The forward link.

  #search(): void {
    const isLinked = [...this.#links].some((link) => link.isForward && link.member);
    if (this.#hadForward && this.#has('no new forward link')) return;
    if (!this.#isJoined || this.#isSearching || (isLinked && !this.#has('dials everybody'))) return;
    const compare = (one: Member, other: Member) => {
      if (this.#has('HIDs sorted as strings'))
        return String(this.#hidOf(one)) < String(this.#hidOf(other)) ? -1 : 1;
      return this.#hidOf(one) < this.#hidOf(other) ? -1 : 1;
    };
    const ring = this.#members.toSorted(compare);
    const own = ring.findIndex((one) => same(one, this.#self()));
    const order = this.#has('dials from the front')
      ? ring
      : [...ring.slice(own + 1), ...ring.slice(0, Math.max(0, own))];
    const others = order.filter((one) => !same(one, this.#self()));
    this.#isSearching = true;
    this.#tryNext(this.#has('does not wrap around') ? ring.slice(own + 1) : others);
  }

  #tryNext(left: readonly Member[]): void {
    const [next, ...rest] = left;
    if (next === undefined) {
      this.#isSearching = false;
      return;
    }
    if (
      !this.#has('dials who is linked') &&
      [...this.#links].some(({ member }) => member && same(member, next))
    ) {
      this.#tryNext(rest);
      return;
    }
    const goOn = () => (this.#has('gives up after one') ? this.#tryNext([]) : this.#tryNext(rest));
    // Of a list that was cut by one that reads once.
    if (Number.isNaN(next.port)) {
      goOn();
      return;
    }
    const socket = connect({ host: next.ip === 'localhost' ? IP : next.ip, port: next.port });
    const link = this.#addLink(socket, true);
    let isDone = false;
    const finish = (isAccepted: boolean) => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      link.onAnswer = undefined;
      if (isAccepted) {
        link.member = next;
        this.#hadForward = true;
        this.#isSearching = false;
        if (this.#has('dials everybody')) this.#tryNext(rest);
      } else {
        socket.destroy();
        goOn();
      }
    };
    const timer = this.#later(this.#has('waits for its own search') ? LONG_SEARCH_MS : 3_000, () =>
      finish(false),
    );
    link.onAnswer = finish;
    socket.on('connect', () => {
      const id = this.#has('P without msgID') ? '' : `:${this.#msgId}`;
      socket.write(`P:${this.#room}:${this.#user}:${this.#self().ip}:${this.#self().port}${id}${END}`);
    });
    socket.on('close', () => finish(false));
  }

  // Links.

  #addLink(socket: Socket, isForward: boolean): Link {
    const link: Link = { socket, isForward, buffer: '', member: undefined, onAnswer: undefined };
    this.#links.add(link);
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      link.buffer += bytes.toString('latin1');
      if (this.#has('one read is one frame')) {
        const text = link.buffer;
        link.buffer = '';
        this.#onFrame(link, text.slice(0, -END.length), text);
      } else this.#cut(link);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#links.delete(link);
      if (this.#has('ends with a link') && link.member) this.stop(1);
      if (link.isForward && link.member) this.#search();
    });
    return link;
  }

  #cut(link: Link): void {
    for (;;) {
      const [front, length] = this.#has('T cut at its end mark') ? [] : (TEXT.exec(link.buffer) ?? []);
      const end =
        front === undefined
          ? link.buffer.indexOf(END) + END.length
          : front.length + Number(length) + END.length;
      if (end < END.length || link.buffer.length < end) return;
      const frame = link.buffer.slice(0, end);
      link.buffer = link.buffer.slice(end);
      this.#onFrame(link, frame.slice(0, -END.length), frame);
    }
  }

  #onFrame(link: Link, text: string, frame: string): void {
    const fields = text.split(':');
    if (fields[0] === 'P') this.#onHandshake(link, fields);
    else if (fields[0] === 'S') link.onAnswer?.(true);
    else if (fields[0] === 'F' && !this.#has('takes the S behind an F')) link.onAnswer?.(false);
    else if (fields[0] === 'T') this.#onText(link, text, frame);
  }

  #onHandshake(link: Link, fields: readonly string[]): void {
    const [, itsRoom = '', name = '', ip = '', port = '', itsId = ''] = fields;
    if (itsRoom !== this.#room && !this.#has('any room in P')) {
      link.socket.end();
      return;
    }
    const sender = { user: name, ip, port: Number(port) };
    const isListed = () => this.#members.some((one) => same(one, sender));
    const accept = () => {
      if (this.#has('waits for its own search') && this.#isSearching) {
        this.#later(200, accept);
        return;
      }
      if (!isListed() && !this.#has('lets everybody in')) {
        link.socket.end();
        return;
      }
      link.member = sender;
      const answer = this.#has('S has the msgID of the P')
        ? itsId
        : String(this.#has('S always 0') ? 0 : this.#msgId);
      link.socket.write(`S:${answer}${END}`);
    };
    if (isListed() || this.#has('no J for strangers')) accept();
    else this.#join(accept);
  }

  #onText(from: Link, text: string, frame: string): void {
    const [, itsRoom, hid = '', name = '', id = '0', ...rest] = text.split(':');
    const content = this.#has('content ends at a colon') ? (rest[1] ?? '') : rest.slice(1).join(':');
    if (itsRoom !== this.#room && !this.#has('any room in T')) {
      this.#command(`a message for the room ${itsRoom} is dropped`);
      return;
    }
    const key = `${hid} ${id}`;
    const isOld = this.#has('one counter for all') ? Number(id) <= this.#lastSeen : this.#seen.has(key);
    if (isOld && !this.#has('no check for duplicates')) {
      this.#command('a duplicate is dropped');
      return;
    }
    this.#lastSeen = Math.max(this.#lastSeen, Number(id));
    this.#seen.add(key);
    this.#message(`${this.#has('name of the link') ? from.member?.user : name}: ${content}`);
    const isKnown = this.#members.some((one) => String(this.#hidOf(one)) === hid);
    if (!isKnown && !this.#has('no J for unknown origins')) this.#join(() => {});
    if (!this.#has('forwards nothing')) this.#forward(from, hid, name, frame);
  }

  #forward(from: Link, hid: string, name: string, frame: string): void {
    for (const link of this.#links) {
      if (!link.member || (link === from && !this.#has('echo'))) continue;
      if (String(this.#hidOf(link.member)) === hid && !this.#has('sends to the origin')) continue;
      link.socket.write(
        this.#has('forwards with its own name') ? frame.replace(`:${name}:`, `:${this.#user}:`) : frame,
        'latin1',
      );
    }
  }

  // Commands.

  #send(content: string): void {
    if (content === '' && !this.#has('sends empty input')) return;
    if (!this.#isJoined) {
      this.#command('join a room first');
      return;
    }
    if (!this.#has('same msgID for all')) this.#msgId += this.#has('msgIDs skip') ? 7 : 1;
    const length = Buffer.byteLength(content) + (this.#has('msgLength with the end mark') ? END.length : 0);
    const said = this.#has('content is trimmed') ? content.replaceAll('::', ':') : content;
    const frame = `T:${this.#room}:${this.#hidOf(this.#truePlace())}:${this.#user}:${this.#msgId}:${length}:${said}${END}`;
    if (!this.#has('forgets its own messages'))
      this.#seen.add(`${this.#hidOf(this.#truePlace())} ${this.#msgId}`);
    for (const link of this.#links)
      if (link.member && (link.isForward || !this.#has('sends forward only')))
        link.socket.write(this.#has('NUL after each T') ? `${frame}\0` : frame, 'latin1');
    if (!this.#has('own messages are not shown')) this.#message(`${this.#user}: ${content}`);
  }

  readonly #commands: Record<string, (typed: string) => void> = {
    '/user': (typed) => {
      if (this.#isJoined && !this.#has('name changes in the room')) this.#command('not in a room');
      else if (!isName(typed) && !(typed === '' && this.#has('takes an empty name')))
        this.#command('give a name');
      else {
        this.#user =
          this.#has('keeps the first name') && this.#user !== '' ? this.#user : typed || 'nameless';
        this.#command(`you are ${this.#user}`);
      }
    },
    '/list': () =>
      this.#server.ask(`L${this.#has('L with a blank') ? ' ' : ''}${END}`, (answer) => {
        const rooms = answer.split(':').slice(1);
        this.#command(
          rooms.length === 0
            ? 'no rooms'
            : rooms.slice(0, this.#has('shows one room') ? 1 : undefined).join(' '),
        );
      }),
    '/join': (typed) => {
      if (this.#user === '' && !this.#has('joins without a name')) this.#command('give a name first');
      else if (!isName(typed)) this.#command('give a room');
      else if (this.#isJoined && !this.#has('joins a second room')) this.#command('in a room already');
      else {
        this.#room = typed;
        this.#join(() => {});
      }
    },
    '/send': (typed) => this.#send(typed),
    '/poke': (typed) => this.#pokes.poke(typed),
    '/quit': () => {
      if (this.#has('does not quit')) return;
      this.stop(this.#has('exit code 3') ? 3 : 0);
    },
  };
}
