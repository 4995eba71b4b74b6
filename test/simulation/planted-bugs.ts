/**
 * Faulty variants of the program, each planted through the ports (src/peer/replaced-ports.ts): what the
 * simulator must find. Each says which invariant is expected to catch it.
 */
import { map } from 'rxjs';
import { type ActorRef, actions, assign, createMachine, type InvokeCreator, sendParent, spawn } from 'xstate';
import type { LinkConnectionPorts } from '../../src/actors/link-connection.ts';
import { toRawFrames } from '../../src/io/framing.ts';
import type { Connection } from '../../src/io/network.ts';
import type { ForwardLinkContext, ForwardLinkEvent } from '../../src/machines/forward-link/events.ts';
import type { RoomSessionContext, RoomSessionEvent } from '../../src/machines/room-session/events.ts';
import { FrameDecoder, type RawFrame } from '../../src/protocol/frame-decoder.ts';
import type { PlanOptions } from '../../src/simulation/plan.ts';
import type { Variant } from '../../src/simulation/stage/variant.ts';

/** One planted bug. */
export interface PlantedBug {
  readonly name: string;
  readonly variant: Variant;
  /** The worlds that it is looked for in; short ones with faults of every kind by default. */
  readonly worlds?: PlanOptions;
  /** Numbers of the invariants that may catch it first. */
  readonly caughtBy: readonly number[];
}

const NEVER_MS = 2_000_000_000;
const EVERYTHING = { sinceMs: 0, framesMax: Number.POSITIVE_INFINITY };

/** Every bug that the simulator is held to find. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'no duplicate check',
    caughtBy: [1],
    variant: {
      replaced: {
        room: (room) => {
          const identify = room.identify.bind(room);
          room.identify = (self) => {
            identify(self);
            if (room.flood) room.flood.judge = () => 'new';
          };
          return room;
        },
      },
    },
  },
  {
    name: 'forwards back to the sender',
    caughtBy: [6],
    variant: {
      replaced: { relay: (ports) => ({ ...ports, getsCopy: ({ member }, _, hid) => member.hid !== hid }) },
    },
  },
  {
    name: 'no failback',
    caughtBy: [5],
    // A split that lasts until both sides have re-linked.
    worlds: { minutes: 4, faults: ['split'] },
    variant: { limits: { probeMinMs: NEVER_MS, probeMaxMs: NEVER_MS } },
  },
  { name: 'KEEPALIVE stops', caughtBy: [4], variant: { limits: { keepaliveMs: NEVER_MS } } },
  {
    name: 'a second forward link',
    caughtBy: [3],
    variant: {
      replaced: {
        user: (ports) => ({ ...ports, forwardLinkMachine: searchTwice(ports.forwardLinkMachine) }),
      },
    },
  },
  {
    name: 'loses the first frame of a segment',
    caughtBy: [2, 5],
    worlds: { minutes: 1, faults: ['segments'] },
    variant: {
      replaced: {
        linkConnection: (ports) => ({
          ...ports,
          toRawFrames: (max) => (chunks) =>
            chunks.pipe(
              toRawFrames(max),
              map((rawFrames) => (rawFrames.length > 1 ? rawFrames.slice(1) : rawFrames)),
            ),
        }),
      },
    },
  },
  {
    name: 'cuts TEXT at the end mark',
    caughtBy: [1, 2, 5],
    variant: {
      replaced: {
        linkConnection: (ports) => ({
          ...ports,
          toRawFrames: (max) => (chunks) => chunks.pipe(toRawFrames(max, false), map(withTextsOfEndMarks)),
        }),
      },
    },
  },
  {
    name: 'two requests outstanding at the room server',
    caughtBy: [4],
    variant: {
      replaced: { session: (ports) => ({ ...ports, connection: askTwice(ports.connection) }) },
    },
  },
  {
    name: 'a link is not removed when it closes',
    caughtBy: [3],
    variant: {
      replaced: {
        room: (room) => {
          room.links.remove = () => {};
          return room;
        },
      },
    },
  },
  {
    name: 'the seen-cache never lets go of an old incarnation',
    caughtBy: [2, 5],
    variant: {
      replaced: {
        room: (room) => {
          const judge = room.seen.judge.bind(room.seen);
          room.seen.judge = (hid, msgId, _, ...rest) => judge(hid, msgId, 0, ...rest);
          room.seen.handshake = () => false;
          room.seen.wentAway = () => {};
          room.seen.isBack = () => {};
          room.seen.suspect = () => {};
          return room;
        },
      },
    },
  },
  {
    name: 'never searches again when the forward link is lost',
    caughtBy: [3, 5],
    variant: {
      replaced: {
        forwardLink: (ports) => {
          let asked = 0;
          return { ...ports, candidates: () => (asked++ > 3 ? [] : ports.candidates()) };
        },
      },
    },
  },
  {
    name: 'no back-pressure',
    caughtBy: [11],
    worlds: { minutes: 1, peers: 4, faults: ['flood', 'stuck'] },
    variant: {
      // So small that a flood passes them by far.
      limits: { linkHighWaterBytes: 65_536, linkLowWaterBytes: 16_384, linkQueueMaxBytes: 131_072 },
      replaced: {
        linkConnection: withConnections((connection) => {
          connection.pause = () => {};
        }),
      },
    },
  },
  {
    name: 'a pause that never ends',
    caughtBy: [2, 5],
    worlds: { minutes: 1, faults: ['flood'] },
    variant: {
      replaced: {
        linkConnection: withConnections((connection) => {
          connection.resume = () => {};
        }),
      },
    },
  },
  {
    name: 'links that hold one another up for ever',
    caughtBy: [2, 5],
    worlds: { minutes: 1, peers: 3, faults: ['flood'] },
    variant: {
      limits: {
        linkPauseMs: NEVER_MS,
        linkHoldMs: NEVER_MS,
        slowConsumerMs: NEVER_MS,
        slowFloorMs: NEVER_MS,
      },
    },
  },
  {
    name: 'catch-up newest first',
    caughtBy: [10],
    worlds: { minutes: 3, faults: ['isolate', 'split'] },
    variant: {
      replaced: {
        journal: (journal) => {
          const since = journal.since.bind(journal);
          journal.since = (...given) => since(...given).reverse();
          return journal;
        },
      },
    },
  },
  {
    name: 'catch-up over every new link',
    caughtBy: [9],
    variant: {
      replaced: {
        relay: (ports) => {
          const { mending } = ports;
          const linkUp = mending.linkUp.bind(mending);
          mending.linkUp = (...given) => {
            linkUp(...given);
            return { probable: EVERYTHING, ifUnmoved: null, signSinceMs: 0 };
          };
          return ports;
        },
      },
    },
  },
  {
    name: 'a journal that forgets own messages',
    caughtBy: [2],
    worlds: { minutes: 3, faults: ['isolate', 'split'] },
    variant: {
      replaced: {
        journal: (journal) => {
          const add = journal.add.bind(journal);
          journal.add = (texts, fromHid, nowMs) => {
            if (fromHid !== null) add(texts, fromHid, nowMs);
          };
          return journal;
        },
      },
    },
  },
  {
    name: 'a crossing rule by which both give their link up',
    caughtBy: [12],
    worlds: { minutes: 1, faults: [] },
    variant: { replaced: { forwardLink: (ports) => ({ ...ports, isBelowUs: () => true }) } },
  },
];

/** Changes the connection of every link that comes up. */
function withConnections(
  change: (connection: Connection) => void,
): (ports: LinkConnectionPorts) => LinkConnectionPorts {
  return (ports) => {
    const { relay } = ports;
    const attach = relay.attach.bind(relay);
    relay.attach = (link, msgId, connection, fail) => {
      change(connection);
      return attach(link, msgId, connection, fail);
    };
    return ports;
  };
}

type SearchMachine = Parameters<
  NonNullable<NonNullable<Variant['replaced']>['user']>
>[0]['forwardLinkMachine'];

interface TwiceContext {
  readonly searches: readonly ActorRef<ForwardLinkEvent>[];
}

const FROM_SEARCHES = ['FORWARD_LINKED', 'FORWARD_LOST'];

/**
 * Two searches under one name: whatever the parent says goes to both, whatever they say goes to the parent.
 */
function searchTwice(search: SearchMachine): SearchMachine {
  const twice = createMachine({
    id: 'twice',
    predictableActionArguments: true,
    schema: { context: {} as TwiceContext, events: {} as ForwardLinkEvent },
    context: { searches: [] },
    // The second counts its links from elsewhere, so that no two have one id.
    entry: assign({
      searches: () => [
        spawn(search, 'one'),
        spawn(search.withContext({ ...(search.context as ForwardLinkContext), serial: 500 }), 'two'),
      ],
    }),
    on: {
      '*': {
        actions: actions.pure(({ searches }, event) =>
          FROM_SEARCHES.includes(event.type)
            ? sendParent(event)
            : searches.map((ref) => actions.sendTo(() => ref, event)),
        ),
      },
    },
  });
  return twice as unknown as SearchMachine;
}

/** Cuts that end where the first end mark is, TEXT or not. */
function withTextsOfEndMarks(rawFrames: RawFrame[]): RawFrame[] {
  return rawFrames.flatMap((raw) => {
    if (raw.kind !== 'CONTROL' || raw.bytes[0] !== 0x54) return [raw];
    // Whatever its length says, the content ends here.
    const text = raw.bytes.toString('latin1');
    const fields = /^(T:[^:]+:[^:]+:[^:]+:\d+:)\d+:([\s\S]*)::\r\n$/.exec(text);
    if (!fields) return [];
    const [, head = '', content = ''] = fields;
    const bytes = Buffer.from(`${head}${content.length}:${content}::\r\n`, 'latin1');
    return new FrameDecoder(bytes.length + 1).push(bytes);
  });
}

/** Writes every request twice. */
function askTwice(
  connection: InvokeCreator<RoomSessionContext, RoomSessionEvent>,
): InvokeCreator<RoomSessionContext, RoomSessionEvent> {
  return (context, event, meta) => {
    const run = connection(context, event, meta);
    if (typeof run !== 'function') throw new TypeError('the connection is a callback');
    return (sendBack, onReceive) =>
      run(sendBack, (listener) => {
        onReceive((command) => {
          listener(command);
          listener(command);
        });
      });
  };
}
