/**
 * The rooms of the house and what each may import: one table, which docs/ARCHITECTURE.md shows and a test
 * holds (`test/docs/rooms.test.ts`). A room is a folder; the innermost one that a file stands in is its room.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync } from 'oxc-parser';

/** One room, from the bottom of the house to its top. */
export interface Room {
  /** Its folder below `src`; its file, for one that is a file. */
  readonly path: string;
  readonly holds: string;
  /** Rooms further up in the table that it may import, types included; itself always. */
  readonly mayImport: readonly string[];
}

const PURE = ['limits', 'protocol', 'pacing'];
const PEER_BELOW = [...PURE, 'overlay', 'words', 'io', 'feed', 'machines', 'relay', 'actors'];

/** From the bottom up. */
export const ROOMS: readonly Room[] = [
  {
    path: 'limits',
    holds: 'every number that bounds the program, with its unit and its reason',
    mayImport: [],
  },
  {
    path: 'protocol',
    holds: 'the wire, pure: frames, encode, decode, bytes → frames, batches of frames, Hash ID, names',
    mayImport: [],
  },
  {
    path: 'pacing',
    holds: 'how often, pure: the pause before the next attempt, and the token bucket',
    mayImport: [],
  },
  {
    path: 'overlay',
    holds:
      'what the overlay decides, pure: members in HID order, candidates, preferred members, flood verdict; `seen/` is what was said before',
    mayImport: PURE,
  },
  {
    path: 'words',
    holds: 'what people read, pure: notices, refusals, and `harmless`, which makes foreign text safe to show',
    mayImport: [...PURE, 'overlay'],
  },
  {
    path: 'io',
    holds: 'the outside as interfaces: network, clock, randomness; bytes → frames as an RxJS operator',
    mayImport: PURE,
  },
  {
    path: 'io/node',
    holds: '… over `node:net`, `node:dgram` and the real clock',
    mayImport: [...PURE, 'io'],
  },
  {
    path: 'io/memory',
    holds:
      '… in memory: a network with the habits of TCP, processes, a clock that is stepped, seeded randomness',
    mayImport: [...PURE, 'io'],
  },
  {
    path: 'capture',
    holds: 'what goes over the wires as a pcapng file (docs/BYTES.md): a tap at a network, and the packets',
    mayImport: [...PURE, 'io'],
  },
  {
    path: 'feed',
    holds:
      'what a peer tells of itself: notices, frames, counters; the log, the console and faces subscribe to it',
    mayImport: [...PURE, 'words', 'io'],
  },
  {
    path: 'machines',
    holds: 'statecharts, a folder each: its vocabulary in `events.ts`, `machine.ts`, `actions.ts`',
    mayImport: [...PURE, 'overlay', 'words', 'io'],
  },
  {
    path: 'relay',
    holds:
      'the data plane: TEXT from link to link in batches; `flow/` is back-pressure, `mending/` is catching up',
    mayImport: [...PURE, 'overlay', 'words', 'io', 'feed'],
  },
  {
    path: 'actors',
    holds: 'what machines invoke: connections, the listening endpoint, the poke responder, signs of life',
    mayImport: [...PURE, 'overlay', 'words', 'io', 'feed', 'machines', 'relay'],
  },
  {
    path: 'peer',
    holds: 'the assembly of all this into one peer, and its API',
    mayImport: PEER_BELOW,
  },
  {
    path: 'log',
    holds:
      'one log of all that happens, each entry with its cause: watched network, clock and machines; `file/` is a recording',
    mayImport: [...PURE, 'overlay', 'words', 'io', 'feed', 'peer'],
  },
  {
    path: 'room-server',
    holds: 'the room server: registry, sessions, monitor, metrics',
    mayImport: [...PURE, 'words', 'io'],
  },
  {
    path: 'room-server/redis',
    holds:
      'the registry that several room servers share, and the store over the network (docs/ROOM-SERVICE.md)',
    mayImport: [...PURE, 'io', 'room-server'],
  },
  {
    path: 'terminal',
    holds: 'faces: `repl/` for people at a terminal, `lines/` for pipes and programs',
    mayImport: [...PURE, 'overlay', 'words', 'io', 'peer'],
  },
  {
    path: 'console',
    holds:
      'the web console (docs/CONSOLE.md): `web/` server and access, `feed/` what pages are told, `inspect/` machines',
    // The sentences for errors of sockets: its web server is one of `node:http`.
    mayImport: [...PURE, 'overlay', 'words', 'io', 'feed', 'peer', 'log', 'io/node'],
  },
  {
    path: 'console/page',
    holds: 'the page itself, which runs in browsers: its two sockets → one store → a folder for each view',
    // The grammar of the terminal's commands, which are typed into the page's field, too.
    mayImport: [...PURE, 'overlay', 'words', 'peer', 'log', 'terminal', 'console'],
  },
  {
    path: 'check',
    holds:
      'the tester of other programs (docs/CHECK.md): cases about peers and room servers, the parts that it plays, reports',
    // The page of results draws frames as the console's sequence view does.
    mayImport: ['limits', 'protocol', 'words', 'io', 'capture', 'console', 'console/page'],
  },
  {
    path: 'simulation',
    holds: 'worlds from seeds (docs/SIMULATION.md): plan, faults, peers; `checks/` are invariants',
    mayImport: [...PEER_BELOW, 'peer', 'log', 'room-server', 'io/memory'],
  },
  {
    path: 'demo',
    holds:
      'peers in one process that a console can kill and cut off, through the network that they are given; `simulated/` is a room of the simulation that a console steers',
    mayImport: [...PEER_BELOW, 'peer', 'log', 'console', 'simulation'],
  },
  {
    path: 'library',
    holds:
      'the program as a library (docs/LIBRARY.md): a peer as streams and promises, a room in memory for tests',
    mayImport: [...PEER_BELOW, ...['peer', 'room-server', 'simulation', 'io/node', 'io/memory']],
  },
  {
    path: 'index.ts',
    holds: 'the entry of the library: nothing else of the program is public',
    mayImport: ['library', 'io', 'overlay', 'peer', 'words'],
  },
  {
    path: 'cli',
    holds: 'the composition root: arguments → real network and clock → a peer → a face',
    mayImport: ['everything'],
  },
  { path: 'cli.ts', holds: 'the entry of the program', mayImport: ['cli'] },
];

/** Rooms in words: what one may import, as the table in the document has it. */
function importsInWords({ mayImport }: Room): string {
  if (mayImport.length === 0) return 'nothing';
  return mayImport.join(', ');
}

/** The table as Markdown. */
export function roomsTable(): string {
  const rows = ROOMS.toReversed().map((room) => {
    const name = room.path.endsWith('.ts') ? `src/${room.path}` : `src/${room.path}/`;
    return `| \`${name}\` | ${room.holds} | ${importsInWords(room)} |`;
  });
  return ['| room | what lives there | may import |', '|---|---|---|', ...rows].join('\n');
}

/** One import that crosses a wall. */
export interface Crossing {
  readonly from: string;
  readonly to: string;
  /** The file that imports, and what. */
  readonly file: string;
  readonly imported: string;
}

/** The room of a file, both from `src`; the file itself where it stands in none. */
export function roomOf(file: string, rooms: readonly string[]): string {
  const holders = rooms.filter((room) => file === room || file.startsWith(`${room}/`));
  return holders.sort((one, other) => other.length - one.length)[0] ?? file;
}

/** What a module imports from other files, types included, as it is written there. */
function importsOf(path: string): string[] {
  const { module, errors } = parseSync(path, readFileSync(path, 'utf8'));
  if (errors.length > 0) throw new SyntaxError(`${path} can't be parsed: ${errors[0]?.message}`);
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
      readFileSync(path, 'utf8')
        .slice(start, end)
        .replaceAll(/^['"]|['"]$/g, ''),
    ),
  ];
}

/** Every import between two rooms below this folder. */
export function crossings(source: string, rooms: readonly string[]): Crossing[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  return files.flatMap((file) => {
    const from = roomOf(file, rooms);
    return importsOf(join(source, file))
      .filter((imported) => imported.startsWith('.') && /\.tsx?$/.test(imported))
      .map((imported) => relative(source, join(source, dirname(file), imported)))
      .map((imported) => ({ from, to: roomOf(imported, rooms), file, imported }))
      .filter(({ to }) => to !== from);
  });
}
