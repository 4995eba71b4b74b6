/**
 * How the program ends, or does not even begin: Quit from every state and by every way, the room server's
 * end, exit codes and sentences; and the program without arguments.
 */
import { describe, expect, test } from 'vitest';
import { freePort, isFree } from './tools/ports.ts';
import { type PeerProgram, Program, startPeer, startRoomServer } from './tools/program.ts';
import { dial, openUdp, type RawConnection, setScene, startRawRoomServer } from './tools/raw.ts';
import { handshake, handshakeOk, join, LIST, ROOM, text } from './tools/wire.ts';

const CAROL = { user: 'carol', ip: '127.0.0.1', port: 9 };
/** PROTOCOL.md, Quit: within a second. */
const QUIT_MS = 1_000;

type Way = (peer: PeerProgram) => void;

const WAYS: readonly (readonly [string, Way])[] = [
  ['/quit', (peer) => peer.send('/quit')],
  ['the end of the input', (peer) => peer.end()],
  ['SIGINT', (peer) => peer.signal('SIGINT')],
  ['SIGTERM', (peer) => peer.signal('SIGTERM')],
];

/** A peer in some state, and its connections as the other sides see them. */
interface Situation {
  readonly peer: PeerProgram;
  readonly connections: readonly RawConnection[];
}

async function start(): Promise<Situation> {
  return { peer: await startPeer({ server: await freePort() }), connections: [] };
}

async function named(): Promise<Situation> {
  const server = await startRawRoomServer();
  const peer = await startPeer({ server: server.port, name: 'alice' });
  await peer.ask('/list', '[cmd] Rooms: room1.');
  return { peer, connections: server.connections };
}

async function joined(): Promise<Situation> {
  const { alice, server } = await setScene();
  return { peer: alice, connections: [...server.connections, await dial(alice.port)] };
}

async function connected(): Promise<Situation> {
  const { alice, server, others } = await setScene({ others: ['bob'] });
  server.members = [...server.members, CAROL];
  const backward = await dial(alice.port);
  backward.write(handshake(CAROL));
  await backward.waitForText(handshakeOk());
  const forward = others.flatMap(({ accepted }) => accepted);
  return { peer: alice, connections: [...server.connections, ...forward, backward] };
}

const STATES: readonly (readonly [string, number, () => Promise<Situation>])[] = [
  ['START', 0, start],
  ['NAMED', 1, named],
  ['JOINED', 2, joined],
  ['CONNECTED', 3, connected],
];

describe.each(STATES)('Quit from %s', (state, connectionCount, reach) => {
  test.each(WAYS)('by %s: FIN everywhere, exit code 0 within a second', async (_, quit) => {
    const { peer, connections } = await reach();
    expect(await peer.state()).toBe(state);
    expect(connections.length).toBe(connectionCount);
    const begun = performance.now();
    quit(peer);
    expect(await peer.ended()).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(QUIT_MS);
    expect(peer.lines.at(-1)).toBe('[cmd] Goodbye.');
    expect(peer.errors).toBe('');
    for (const connection of connections) expect(await connection.waitForEnd()).toBe('FIN');
    expect(await isFree(peer.port)).toBe(true);
  });
});

describe('Quit', () => {
  test('does not wait for those who do not answer FIN, nor for a silent room server', async () => {
    const { alice, server } = await setScene();
    server.members = [...server.members, CAROL];
    const stubborn = await dial(alice.port, { allowHalfOpen: true });
    stubborn.write(handshake(CAROL));
    await stubborn.waitForText(handshakeOk());
    server.answer = () => null;
    alice.send('/list');
    await server.until('L', () => server.requests.at(-1) === LIST);
    const begun = performance.now();
    alice.send('/quit');
    expect(await alice.ended()).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(QUIT_MS);
    expect(await stubborn.waitForEnd()).toBe('FIN');
  });

  test('does not wait for a room server to come back, nor for an answer to a poke', async () => {
    const { alice, server, others } = await setScene({ others: ['bob'] });
    server.connection.close();
    await alice.waitFor(/^\[cmd\] Connection to the room server lost/);
    await alice.ask('/poke bob', /^\[cmd\] Poke sent to bob/);
    const begun = performance.now();
    alice.send('/quit');
    expect(await alice.ended()).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(QUIT_MS);
    expect(await others[0]?.accepted[0]?.waitForEnd()).toBe('FIN');
  });

  test('the end of the input waits for what was asked, so that a question can be piped in', async () => {
    const { alice } = await setScene({ others: ['bob'], limits: { pokeAnswerMs: 100 } });
    alice.send('/list');
    alice.send('/poke bob');
    alice.end();
    expect(await alice.ended()).toEqual({ code: 0, signal: null });
    expect(alice.lines.slice(-4)).toEqual([
      expect.stringMatching(/^\[cmd\] Poke sent to bob/),
      '[cmd] Rooms: room1.',
      '[cmd] bob has not answered the poke within 100 ms.',
      '[cmd] Goodbye.',
    ]);
  });

  test('what was sent before it arrives; what is typed behind it is not executed', async () => {
    const { alice, others } = await setScene({ others: ['bob'] });
    alice.send('bye\n/quit\ntoo late');
    const link = others[0]?.accepted[0];
    expect(await link?.waitForEnd()).toBe('FIN');
    expect(link?.chunks.slice(1)).toEqual([text(alice.address, 1, 'bye')]);
    expect(await alice.ended()).toEqual({ code: 0, signal: null });
    expect(alice.messages).toEqual(['[msg] alice: bye']);
  });
});

describe('the room server alone', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s: clients get EOF, exit code 0', async (signal) => {
    const server = await startRoomServer();
    const [member, idle, stubborn] = await Promise.all([
      dial(server.port),
      dial(server.port),
      dial(server.port, { allowHalfOpen: true }),
    ]);
    member.write(join(CAROL));
    await member.waitForText('M:');
    stubborn.write(LIST);
    await stubborn.waitForText(`G:${ROOM}::\r\n`);
    const begun = performance.now();
    server.signal(signal);
    expect(await server.ended()).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(QUIT_MS);
    for (const connection of [member, idle, stubborn]) expect(await connection.waitForEnd()).toBe('FIN');
    expect(server.lines.at(-1)).toBe('stopped');
    expect(server.errors).toBe('');
    expect(await isFree(server.port)).toBe(true);
  });
});

/** Runs the program to its end. */
async function run(words: readonly string[], limits = {}): Promise<Program> {
  const program = new Program(words, limits);
  program.end();
  await program.ended();
  return program;
}

describe('wrong usage', () => {
  test.each([
    ['one argument', ['127.0.0.1'], /give all three/],
    ['two arguments', ['127.0.0.1', '32340'], /give all three/],
    ['four arguments', ['127.0.0.1', '32340', '5001', 'x'], /too many arguments/],
    ['a port that is none', ['127.0.0.1', '32340', 'abc'], /A port is a whole number from 1 to 65535/],
    ['port 0', ['127.0.0.1', '0', '5001'], /A port is a whole number from 1 to 65535/],
    ['an unknown option', ['--frobnicate'], /unknown option '--frobnicate'/],
    ['a malformed name', ['127.0.0.1', '32340', '5001', '--name', 'a:b'], /one word of 1 to 32 printable/],
    ['an IPv6 address', ['127.0.0.1', '32340', '5001', '--advertise', '::1'], /Give an IPv4 address/],
    ['a console in front of the addresses', ['--web', '127.0.0.1', '32340', '5001'], /port of the console/],
    ['a console on no port', ['127.0.0.1', '32340', '5001', '--web', '65536'], /port of the console/],
    ['a demo of one', ['demo', '--peers', '1'], /Give a whole number from 2 to 50/],
    ['a room server on no port', ['room-server', '65536'], /A port is a whole number from 1 to 65535/],
  ])('%s: exit code 2 and a sentence', async (_, words, sentence) => {
    const program = await run(words);
    expect(program.exit).toEqual({ code: 2, signal: null });
    expect(program.output.length).toBe(0);
    const [error, hint, ...rest] = program.errors
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '');
    expect(error).toMatch(/^error: /);
    expect(error).toMatch(sentence);
    expect(hint).toBe('Run p2pchat --help to see what can be given.');
    expect(rest).toEqual([]);
  });
});

describe('what cannot run', () => {
  /** Expects exit code 1 and exactly one sentence. */
  function expectSentence(program: Program, sentence: RegExp): void {
    expect(program.exit).toEqual({ code: 1, signal: null });
    expect(program.errors).toMatch(sentence);
    expect(program.errors.trimEnd().split('\n').length).toBe(1);
    expect(program.output.length).toBe(0);
  }

  test('a port in use by TCP', async () => {
    const taken = await startRawRoomServer();
    const port = String(taken.port);
    expectSentence(
      await run(['127.0.0.1', '32340', port]),
      new RegExp(`^p2pchat: .*\\b${port} is in use \\(TCP\\)`),
    );
    expectSentence(
      await run(['room-server', port]),
      new RegExp(`^p2pchat: .*\\b${port} is in use \\(TCP\\)`),
    );
  });

  test('a port in use by UDP', async () => {
    const port = await freePort();
    await openUdp(port);
    const program = await run(['127.0.0.1', '32340', String(port)]);
    expectSentence(program, new RegExp(`^p2pchat: .*\\b${port} is in use \\(UDP\\)`));
  });

  test('an unknown host', async () => {
    const program = await run(['no-such-host.invalid', '32340', String(await freePort())]);
    expectSentence(program, /^p2pchat: .*unknown host "no-such-host\.invalid"/);
  });

  test('a log that cannot be written', async () => {
    const program = await run([
      '127.0.0.1',
      '32340',
      String(await freePort()),
      '--log',
      '/no/such/directory/log',
    ]);
    expectSentence(program, /^p2pchat: Cannot write the log \/no\/such\/directory\/log: /);
  });

  test('limits that do not exist', async () => {
    const program = await run(['127.0.0.1', '32340', '5001'], { peer: { keepalive: 1 } });
    expectSentence(program, /^p2pchat: P2PCHAT_LIMITS: there is no limit keepalive\./);
  });
});

describe('questions to the command line', () => {
  test('--help, help COMMAND and --version answer and exit with 0', async () => {
    const [help, roomServer, version] = await Promise.all([
      run(['--help']),
      run(['help', 'room-server']),
      run(['--version']),
    ]);
    for (const { exit, errors } of [help, roomServer, version]) {
      expect({ exit, errors }).toEqual({ exit: { code: 0, signal: null }, errors: '' });
    }
    expect(help.lines[0]).toMatch(/^Usage: p2pchat /);
    for (const word of [
      '--name',
      '--room',
      '--advertise',
      '--utf8',
      '--json',
      '--log',
      '/poke',
      '/members',
    ]) {
      expect(help.lines.join('\n')).toContain(word);
    }
    expect(roomServer.lines.join('\n')).toContain('--host');
    expect(version.lines).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
  });
});

const DEFAULT_PORT = 32_340;

describe('without arguments', () => {
  test('the first program brings the room server, the second finds it, and they chat', async () => {
    if (!(await isFree(DEFAULT_PORT))) {
      throw new Error(
        `port ${DEFAULT_PORT} is in use, so this test can't tell whose room server it talks to`,
      );
    }
    const first = new Program(['--name', 'alice', '--room', ROOM]);
    await first.waitFor(/^\[cmd\] Joined room1/);
    expect(first.lines[0]).toBe(
      `[cmd] No room server was running: started one on 127.0.0.1:${DEFAULT_PORT}, here in this program.`,
    );
    const second = new Program([]);
    await second.waitFor(/^\[cmd\] Listening on port/);
    expect(second.lines.length).toBe(1);
    const ports = [first, second].map(({ lines }) =>
      Number(/port (\d+)/.exec(lines.join('\n').replace(/^.*started one.*\n/, ''))?.[1]),
    );
    expect(ports[0]).toBeGreaterThan(DEFAULT_PORT);
    expect(ports[1]).toBeGreaterThan(ports[0] ?? DEFAULT_PORT);
    second.send('/user bob');
    second.send(`/join ${ROOM}`);
    await second.waitFor('[cmd] JOINED → CONNECTED.');
    await first.waitFor('[cmd] JOINED → CONNECTED.');
    second.send('hello');
    await first.waitFor('[msg] bob: hello');
    await second.waitFor(await first.ask('hello yourself', '[msg] alice: hello yourself'));
    // It goes with the program that brought it, and nothing keeps that one alive.
    first.end();
    expect(await first.ended()).toEqual({ code: 0, signal: null });
    await second.waitFor(/^\[cmd\] Connection to the room server lost/);
    expect(await isFree(DEFAULT_PORT)).toBe(true);
    second.send('/quit');
    expect(await second.ended()).toEqual({ code: 0, signal: null });
  });
});
