/**
 * Network namespaces of Linux for tests with real processes: hosts with a cable each, on one bridge, which
 * can be cut off and can change their addresses while programs run in them.
 *
 * Nothing is left of them, however the test ends: a namespace has no name, it lives as long as its holder, a
 * `cat` whose input is a pipe from this process and which is killed when its parent dies; so are the
 * programs in it. Needs the rights of root, and util-linux and iproute2 (`namespacesRefusal`).
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

const NETWORK = '10.77.0';
const PREFIX_BITS = 24;
const ADDRESSES_MAX = 250;
const BRIDGE = 'bridge0';
const CABLE = 'eth0';
/** Ends a process when the one that started it ends, even by SIGKILL. */
const WITH_PARENT = ['setpriv', '--pdeathsig', 'KILL', '--'] as const;

/** @returns why no namespaces can be made here; `undefined` where they can. */
export function namespacesRefusal(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are of Linux';
  const words = ['--net', ...WITH_PARENT, 'ip', 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'two'];
  const { error, status, stderr } = spawnSync('unshare', words, { encoding: 'utf8' });
  if (error) return `unshare can not be run: ${error.message}`;
  return status === 0 ? undefined : `no rights to make network namespaces: ${stderr.trim()}`;
}

/** One host: a namespace with an address on the bridge. */
export class Host {
  /** Changes with `changeAddress`. */
  address: string;
  readonly #pid: number;
  readonly #bridgePid: number;
  readonly #port: string;
  readonly #nextAddress: () => string;

  constructor(pid: number, bridgePid: number, port: string, address: string, nextAddress: () => string) {
    this.#pid = pid;
    this.#bridgePid = bridgePid;
    this.#port = port;
    this.address = address;
    this.#nextAddress = nextAddress;
  }

  /** What runs a program in this host, to be put before its words. */
  get launcher(): readonly string[] {
    return [...WITH_PARENT, 'nsenter', `--net=/proc/${this.#pid}/ns/net`, '--'];
  }

  /** Pulls the cable at the bridge, where the host itself does not see it: frames just go nowhere. */
  cut(): void {
    inside(this.#bridgePid, ['ip', 'link', 'set', this.#port, 'nomaster']);
  }

  /** Puts the cable back. */
  mend(): void {
    inside(this.#bridgePid, ['ip', 'link', 'set', this.#port, 'master', BRIDGE]);
  }

  /** Takes the address away and gives another one, as a network does that one comes back to. */
  changeAddress(): void {
    const [before, after] = [this.address, this.#nextAddress()];
    inside(this.#pid, ['ip', 'address', 'del', `${before}/${PREFIX_BITS}`, 'dev', CABLE]);
    inside(this.#pid, ['ip', 'address', 'add', `${after}/${PREFIX_BITS}`, 'dev', CABLE]);
    this.address = after;
  }
}

/** A bridge and the hosts on it. */
export class Namespaces {
  readonly #holders: ChildProcess[] = [];
  readonly #bridgePid: number;
  #addresses = 0;

  private constructor(bridge: ChildProcess) {
    this.#holders.push(bridge);
    this.#bridgePid = pidOf(bridge);
    inside(this.#bridgePid, ['ip', 'link', 'add', BRIDGE, 'type', 'bridge']);
    inside(this.#bridgePid, ['ip', 'link', 'set', BRIDGE, 'up']);
  }

  /** A bridge without hosts. @throws Error where the rights are missing. */
  static async open(): Promise<Namespaces> {
    return new Namespaces(await held());
  }

  /** Adds a host with the next address. */
  async host(): Promise<Host> {
    const holder = await held();
    this.#holders.push(holder);
    const [pid, port] = [pidOf(holder), `port${this.#holders.length}`];
    const address = this.nextAddress();
    const veth = ['ip', 'link', 'add', port, 'type', 'veth', 'peer', 'name', CABLE, 'netns', String(pid)];
    inside(this.#bridgePid, veth);
    inside(this.#bridgePid, ['ip', 'link', 'set', port, 'master', BRIDGE, 'up']);
    inside(pid, ['ip', 'address', 'add', `${address}/${PREFIX_BITS}`, 'dev', CABLE]);
    for (const device of ['lo', CABLE]) inside(pid, ['ip', 'link', 'set', device, 'up']);
    return new Host(pid, this.#bridgePid, port, address, () => this.nextAddress());
  }

  /** An address of the network that no host has, now or later. */
  nextAddress(): string {
    this.#addresses += 1;
    if (this.#addresses > ADDRESSES_MAX) throw new RangeError('no address is left');
    return `${NETWORK}.${this.#addresses}`;
  }

  /** Ends every namespace; programs that still run in them keep theirs until they end. */
  async close(): Promise<void> {
    for (const holder of this.#holders.splice(0)) {
      const ended = once(holder, 'exit');
      holder.kill('SIGKILL');
      await ended;
    }
  }
}

/** Starts a process that holds a new namespace; resolves when the namespace is there. */
async function held(): Promise<ChildProcess> {
  const [command, ...words] = [...WITH_PARENT, 'unshare', '--net', '--', 'cat'];
  const holder = spawn(command as string, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  // `cat` gives back what it is given as soon as it runs, and it runs in the new namespace only.
  holder.stdin.write('.');
  await Promise.race([
    once(holder.stdout, 'data'),
    once(holder, 'exit').then(() => {
      throw new Error('no namespace could be made');
    }),
  ]);
  return holder;
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('a process has not started');
  return pid;
}

/** Runs a command in the namespace of a process. @throws Error where it fails, with what it has said. */
function inside(pid: number, words: readonly string[]): void {
  execFileSync('nsenter', [`--net=/proc/${pid}/ns/net`, '--', ...words], { stdio: 'pipe' });
}
