/**
 * The alphabet of a user's full tour: the six commands with payloads that take every branch, and everything
 * that others can do to a peer. Each says what the user machine is told, and does it.
 */
import assert from 'node:assert/strict';
import type { UserCommand } from '../../../src/machines/user/events.ts';
import { toMember } from '../../../src/overlay/member.ts';
import { RoomServerRefusedError } from '../../../src/words/refusals.ts';
import { ACK, type Address, handshake, members, ROOM } from '../../e2e/tools/wire.ts';
import { listed, type Stage } from './stage.ts';
import { linksUp, type UserModel } from './user-model.ts';

/** Something that can happen to alice in every state. */
export interface Happening {
  readonly name: string;
  /** Tells the model what the user machine is told. */
  tell(model: UserModel): void;
  /** Makes it happen. `model` is as it was before. */
  by(stage: Stage, model: UserModel): Promise<void>;
  /** The same when alice has quit. */
  afterEnd(stage: Stage): Promise<void>;
}

const CLOSED = 'the other side closed it';
const ROOMS_LINE = /^\[cmd\] Rooms: room1\.$/;
const REFUSED = /^\[cmd\] The room server refused the JOIN/;

function count(stage: Stage, pattern: RegExp): number {
  return stage.lines.filter((line) => pattern.test(line)).length;
}

/** Does something and waits for one more line. */
async function untilShown(stage: Stage, pattern: RegExp, doing: () => void): Promise<void> {
  const before = count(stage, pattern);
  doing();
  await stage.until(`a line ${pattern}`, () => count(stage, pattern) > before);
}

async function untilAsked(stage: Stage, doing: () => void): Promise<void> {
  const before = stage.server.requests.length;
  doing();
  await stage.until('a request', () => stage.server.requests.length > before);
}

async function untilEnded(stage: Stage, line: { readonly isEnded: boolean }): Promise<void> {
  await stage.until('alice closing the connection', () => line.isEnded);
}

/** Alice has let go of everything, and has told everybody who was linked. */
async function untilOver(stage: Stage): Promise<void> {
  await stage.until('the end of alice', () => stage.isOver);
  for (const link of stage.links) await untilEnded(stage, link);
}

async function list(stage: Stage): Promise<void> {
  await untilShown(stage, ROOMS_LINE, () => stage.command({ type: 'LIST' }));
}

/** Lets alice into the room, and waits until she has dialled everybody in vain. */
async function letIn(stage: Stage): Promise<void> {
  await untilShown(stage, /^\[cmd\] No forward link: /, () => {
    stage.server.letsIn = true;
    stage.server.write(members(listed(stage.cast)));
  });
}

function refuse(stage: Stage): void {
  stage.server.write('F:JOIN message - Conflict HashID!!::\r\n');
}

const REMOTE = { host: '10.0.1.9', port: 40_000 };

/** A connection comes in. */
function accepted(model: UserModel): void {
  const before = Object.keys(model.state.context.backward).length;
  model.send({ type: 'CONNECTION_ACCEPTED', link: `backward-${before + 1}`, remote: REMOTE });
}

const JOIN_FAILED = { type: 'JOIN_FAILED', error: new RoomServerRefusedError('JOIN', 'no') } as const;

/** In these states a connection that comes in is adopted. */
function adopts(model: UserModel): boolean {
  return model.isInRoom || model.is('NAMED.JOINING');
}

/** The newest backward link has ended before it was up. */
function endedEarly(model: UserModel): void {
  model.send({ type: 'BACKWARD_REFUSED', link: model.newestLink, reason: CLOSED });
}

/** The first list of the room: everybody has joined. */
function firstList(model: UserModel, isLatest: boolean): void {
  const joined = listed(model.cast).map(toMember);
  model.send({ type: 'ROOM_JOINED' });
  model.send({ type: 'LIST_CHANGED', joined, left: [], addedAgain: [], isLatest });
}

/** A later list, which is the same. */
function listConfirmed(model: UserModel): void {
  model.send({ type: 'LIST_CONFIRMED', isLatest: true });
}

function backwardLinked(model: UserModel, address: Address): void {
  model.send({ type: 'BACKWARD_LINKED', link: model.newestLink, member: toMember(address) });
}

/** How a link ends whose other side closes it. */
const END = { isBroken: false, end: 'closed', linkedMs: 100_000, reason: CLOSED } as const;

/** Who links next; there are as many callers as links in the tour, and one more. */
function caller(callers: readonly Address[], links: number): Address {
  const address = callers[links];
  assert.ok(address, 'there are more links than callers');
  return address;
}

async function nothing(): Promise<void> {}

async function deaf(stage: Stage): Promise<void> {
  assert.ok(await stage.isDeaf(), 'alice has quit and still listens');
}

/** A command; where line mode holds it back, the room server's refusal lets it go. */
function command(each: UserCommand, isHeld: boolean): Happening {
  const waits = (model: UserModel) => isHeld && model.is('NAMED.JOINING') && each.type !== 'QUIT';
  const isGoodJoin = each.type === 'JOIN' && each.room === ROOM;
  const asks = (model: UserModel) => isGoodJoin && (model.is('NAMED.IDLE') || waits(model));
  const lists = (model: UserModel) => each.type === 'LIST' && (isHeld || !model.is('NAMED.JOINING'));
  return {
    name: JSON.stringify(each).slice(0, NAME_CHARACTERS),
    tell: (model) => {
      if (waits(model)) model.send(JOIN_FAILED);
      model.send(each);
    },
    by: async (stage, model) => {
      const doing = () => {
        stage.command(each);
        if (waits(model)) refuse(stage);
      };
      if (asks(model)) await untilAsked(stage, doing);
      else if (lists(model)) await untilShown(stage, ROOMS_LINE, doing);
      else if (waits(model)) await untilShown(stage, REFUSED, doing);
      else doing();
      if (each.type === 'QUIT') await untilOver(stage);
    },
    afterEnd: async (stage) => stage.command(each),
  };
}

const NAME_CHARACTERS = 60;
const TOO_LONG = 'x'.repeat(500);

const COMMANDS: readonly UserCommand[] = [
  ...['', 'a:b', 'alice'].map((name) => ({ type: 'USER' as const, name })),
  { type: 'LIST' },
  ...['', 'a:b', ROOM].map((room) => ({ type: 'JOIN' as const, room })),
  ...['', 'hello', TOO_LONG, 'zoë'].map((text) => ({ type: 'SEND' as const, text })),
  // Some of it is refused, and the rest is sent.
  { type: 'SEND', text: 'before', more: [TOO_LONG, 'after'] },
  ...['', 'alice', 'nobody'].map((name) => ({ type: 'POKE' as const, name })),
  { type: 'QUIT' },
];

const POKE_BOB: Happening = {
  name: 'bob is poked and answers',
  tell: (model) => {
    model.send({ type: 'POKE', name: 'bob' });
    const { ip: host, port } = model.cast.bob;
    model.send({ type: 'ACK_RECEIVED', from: { host, port } });
    if (model.isInRoom) model.send({ type: 'POKE_ENDED', poke: 'poke-1' });
  },
  by: async (stage, model) => {
    const before = stage.datagrams.length;
    stage.command({ type: 'POKE', name: 'bob' });
    if (!model.isInRoom) return stage.datagram(ACK);
    await stage.until('K', () => stage.datagrams.length > before);
    await untilShown(stage, /^\[cmd\] bob answered the poke/, () => stage.datagram(ACK));
  },
  afterEnd: async (stage) => stage.command({ type: 'POKE', name: 'bob' }),
};

const STRAY_ACK: Happening = {
  name: 'an ACK that nobody waits for',
  tell: (model) => model.send({ type: 'ACK_RECEIVED', from: REMOTE }),
  by: async (stage) => stage.datagram(ACK),
  afterEnd: async (stage) => stage.datagram(ACK),
};

const SERVER_LETS_IN: Happening = {
  name: 'the room server sends the member list, which nobody has asked for except while joining',
  tell: (model) => {
    // At any other time it is dropped (rogue-lists.test.ts).
    if (!model.is('NAMED.JOINING')) return;
    firstList(model, true);
  },
  by: async (stage, model) => {
    if (model.is('NAMED.JOINING')) return letIn(stage);
    stage.server.write(members(listed(stage.cast)));
  },
  afterEnd: nothing,
};

const SERVER_REFUSES: Happening = {
  name: 'the room server says F, which nobody has asked for except while joining',
  tell: (model) => {
    if (model.is('NAMED.JOINING')) model.send(JOIN_FAILED);
  },
  by: async (stage, model) => {
    if (!model.is('NAMED.JOINING')) return refuse(stage);
    await untilShown(stage, REFUSED, () => refuse(stage));
  },
  afterEnd: nothing,
};

const SERVER_CLOSES: Happening = {
  name: 'the room server closes the connection, and is there again',
  tell: (model) => {
    if (model.is('NAMED.JOINING')) model.send(JOIN_FAILED);
    if (model.isInRoom) listConfirmed(model);
    else model.send({ type: 'LIST' });
  },
  by: async (stage, model) => {
    if (model.isInRoom) return untilAsked(stage, () => stage.server.close());
    stage.server.close();
    await stage.until('alice closing it too', () => stage.server.isClosed());
    await list(stage);
  },
  afterEnd: nothing,
};

const DIALS_AND_GOES: Happening = {
  name: 'somebody dials, says nothing and goes',
  tell: (model) => {
    accepted(model);
    if (adopts(model)) endedEarly(model);
  },
  by: async (stage, model) => {
    const line = await stage.dial();
    if (adopts(model)) line.close();
    await untilEnded(stage, line);
  },
  afterEnd: deaf,
};

const TWO_DIAL: Happening = {
  name: 'two dial where there is room for one: the older gives way',
  tell: (model) => {
    accepted(model);
    accepted(model);
    if (!adopts(model)) return;
    endedEarly(model);
    endedEarly(model);
  },
  by: async (stage, model) => {
    const [first, second] = [await stage.dial(), await stage.dial()];
    await untilEnded(stage, first);
    if (adopts(model)) {
      assert.equal(second.isEnded, false);
      second.close();
    }
    await untilEnded(stage, second);
  },
  afterEnd: deaf,
};

const MEMBER_LINKS: Happening = {
  name: 'a member links to us; while joining, before the room server has answered',
  tell: (model) => {
    const address = caller(model.cast.callers, linksUp(model.state));
    accepted(model);
    if (model.is('NAMED.JOINING')) {
      model.send({ type: 'FRESH_LIST_NEEDED' });
      firstList(model, false);
      backwardLinked(model, address);
      listConfirmed(model);
    } else if (model.isInRoom) backwardLinked(model, address);
  },
  by: async (stage, model) => {
    const address = caller(stage.cast.callers, stage.links.length);
    const line = await stage.dial();
    line.write(handshake(address));
    if (!adopts(model)) return untilEnded(stage, line);
    if (model.is('NAMED.JOINING')) await letIn(stage);
    await stage.until('S', () => line.received.startsWith('S:'));
    stage.links.push(line);
  },
  afterEnd: deaf,
};

const MEMBER_GOES: Happening = {
  name: 'the member that has linked last goes',
  tell: (model) => {
    const links = linksUp(model.state);
    if (links === 0) return;
    const member = toMember(caller(model.cast.callers, links - 1));
    model.send({ type: 'BACKWARD_LOST', link: model.newestLink, member, ...END });
  },
  by: async (stage) => {
    const line = stage.links.pop();
    line?.close();
    if (line) await untilEnded(stage, line);
  },
  afterEnd: nothing,
};

const STRANGER_LINKS: Happening = {
  name: 'somebody who is on no list links; while joining, before the room server has answered',
  tell: (model) => {
    accepted(model);
    if (!adopts(model)) return;
    model.send({ type: 'FRESH_LIST_NEEDED' });
    if (model.is('NAMED.JOINING')) firstList(model, false);
    listConfirmed(model);
    endedEarly(model);
  },
  by: async (stage, model) => {
    const line = await stage.dial();
    line.write(handshake(stage.cast.stranger));
    if (model.is('NAMED.JOINING')) await letIn(stage);
    await untilEnded(stage, line);
    assert.equal(line.received, '');
  },
  afterEnd: deaf,
};

const FORWARD_LINK: Happening = {
  name: 'the member that we dial answers, and goes',
  tell: (model) => {
    if (!model.isInRoom) return;
    const member = toMember(model.cast.bob);
    model.send({ type: 'FORWARD_LINKED', member });
    model.send({ type: 'FORWARD_LOST', member });
  },
  by: async (stage, model) => {
    if (!model.isInRoom) return;
    stage.bobAnswers = true;
    // The next attempt of the search finds him.
    await untilShown(stage, /^\[cmd\] Forward link to bob \(.*\)\.$/, () => {});
    stage.bobAnswers = false;
    await untilShown(stage, /^\[cmd\] Forward link to bob .* lost: /, () => stage.bobsLines.at(-1)?.close());
  },
  afterEnd: nothing,
};

/**
 * Everything that can happen.
 * @param isHeld true where commands typed behind a Join wait for its answer.
 */
export function happenings(isHeld: boolean): readonly Happening[] {
  return [
    ...COMMANDS.map((each) => command(each, isHeld)),
    isHeld ? notWhileJoining(POKE_BOB) : POKE_BOB,
    STRAY_ACK,
    SERVER_LETS_IN,
    SERVER_REFUSES,
    SERVER_CLOSES,
    DIALS_AND_GOES,
    TWO_DIAL,
    MEMBER_LINKS,
    MEMBER_GOES,
    STRANGER_LINKS,
    FORWARD_LINK,
  ];
}

/** A command that others have to answer would only wait there. */
function notWhileJoining(happening: Happening): Happening {
  return {
    ...happening,
    tell: (model) => (model.is('NAMED.JOINING') ? undefined : happening.tell(model)),
    by: async (stage, model) => (model.is('NAMED.JOINING') ? undefined : happening.by(stage, model)),
  };
}
