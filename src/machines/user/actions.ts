/**
 * What the user machine does, by name: its guards, the actors that it spawns, and what it tells the user and
 * its children. The chart itself is in machine.ts.
 */
import { type ActorRef, actions, assign, type MachineOptions, spawn } from 'xstate';
import type { Endpoint } from '../../io/network.ts';
import type { Member } from '../../overlay/member.ts';
import { givesWay, type PendingHandshake } from '../../overlay/shares.ts';
import { dialled, isName } from '../../protocol/names.ts';
import { faultOf, strangerAt } from '../../words/faults.ts';
import type { CommandName } from '../../words/notices.ts';
import {
  AlreadyJoinedError,
  InvalidRoomNameError,
  InvalidUserNameError,
  JoinPendingError,
  NameIsFixedError,
  NoNameError,
  NotJoinedError,
  OwnAddressError,
  type RefusalError,
  SelfPokeError,
  TooManyPokesError,
  UnknownMemberError,
  UnreachableAddressError,
} from '../../words/refusals.ts';
import { freeName } from '../actor-name.ts';
import { eventOf } from '../event-of.ts';
import type { ForwardLinkEvent } from '../forward-link/events.ts';
import { type LinkContext, type LinkEvent, newLink } from '../link/events.ts';
import type { RoomSessionEvent } from '../room-session/events.ts';
import type { PokeUnderWay, UserContext, UserEvent, UserPorts, UserVerdict } from './events.ts';

const { pure, raise, sendTo, stop } = actions;

type UserActions = NonNullable<MachineOptions<UserContext, UserEvent>['actions']>;

/** What is to be made of a POKE: whom to poke, or why nobody is. */
function judgedPoke(ports: UserPorts, context: UserContext, name: string): UserVerdict {
  const refused = (refusal: RefusalError): UserVerdict => ({ type: 'POKE_REFUSED', name, refusal });
  if (name === context.user) return refused(new SelfPokeError());
  const named = ports.membersNamed(name);
  const [first] = named;
  if (!first) return refused(new UnknownMemberError(name));
  const { ip, port } = first;
  if (named.every((member) => ports.leadsHere(member))) return refused(new OwnAddressError(name, ip, port));
  const reachable = pokeable(ports, named);
  if (reachable.length === 0) return refused(new UnreachableAddressError(name, ip, port));
  const { pokesMax, pokeTargetsMax } = ports.limits;
  const free = pokesMax - context.pokes.length;
  if (free <= 0) return refused(new TooManyPokesError(pokesMax));
  return { type: 'POKE_ALLOWED', targets: reachable.slice(0, Math.min(free, pokeTargetsMax)) };
}

/** Those of these members that a poke can reach; of several at one address the first. */
function pokeable(ports: UserPorts, members: readonly Member[]): readonly Member[] {
  const byAddress = new Map<string, Member>();
  for (const member of members) {
    const address = `${dialled(member.ip)}:${member.port}`;
    if (ports.canReach(member) && !byAddress.has(address)) byAddress.set(address, member);
  }
  return [...byAddress.values()];
}

/** The messages of a SEND, in order, without those that are empty (PROTOCOL.md, Send). */
function textsOf(event: UserEvent): readonly string[] {
  const { text, more = [] } = eventOf(event, 'SEND');
  return [text, ...more].filter((each) => each !== '');
}

/** What is to be made of a SEND, in order; messages that can be sent stay together. */
function judgedTexts(ports: UserPorts, texts: readonly string[]): readonly UserVerdict[] {
  const verdicts: UserVerdict[] = [];
  let allowed: string[] = [];
  const finish = () => {
    if (allowed.length > 0) verdicts.push({ type: 'TEXTS_ALLOWED', texts: allowed });
    allowed = [];
  };
  for (const text of texts) {
    const refusal = ports.refusalOf(text);
    if (!refusal) {
      allowed.push(text);
      continue;
    }
    finish();
    verdicts.push({ type: 'TEXT_REFUSED', text, refusal });
  }
  finish();
  return verdicts;
}

/** The guards by the names that the statechart uses. */
export function userGuards(ports: UserPorts) {
  return {
    isValidName: (_: UserContext, event: UserEvent) => isName(eventOf(event, 'USER').name),
    isValidRoom: (_: UserContext, event: UserEvent) => isName(eventOf(event, 'JOIN').room),
    isEmptyText: (_: UserContext, event: UserEvent) => textsOf(event).length === 0,
    isAllowed: (_: UserContext, event: UserEvent) => {
      const texts = textsOf(event);
      return texts.length > 0 && texts.every((text) => !ports.refusalOf(text));
    },
    isEmptyPoke: (_: UserContext, event: UserEvent) => eventOf(event, 'POKE').name === '',
    isFullOfLinks: () => ports.backwardLinksUp() >= ports.limits.backwardLinksMax,
    isFullOfHandshakes: ({ backward }: UserContext) =>
      Object.keys(backward).length - ports.backwardLinksUp() >= ports.limits.pendingHandshakesMax,
    hasNoLink: () => ports.linksUp() === 0,
    isAckAwaited: ({ pokes }: UserContext, event: UserEvent) =>
      pokeAnsweredFrom(pokes, eventOf(event, 'ACK_RECEIVED').from) !== undefined,
  };
}

/** The actions by the names that the statechart uses. */
export function userActions(ports: UserPorts): UserActions {
  return {
    ...spawningActions(ports),
    ...rememberingActions(),
    ...refusingActions(ports),
    ...tellingActions(ports),
  };
}

function spawnPokes(ports: UserPorts, context: UserContext, targets: readonly Member[]): PokeUnderWay[] {
  const actors = context.pokes.map(({ ref }) => ref);
  return targets.map(({ user, ip, port }, index) => {
    const id = `poke-${context.serial + index + 1}`;
    const poke = { id, user, ip, port, sentAtMs: ports.nowMs() };
    const ref = spawn(ports.pokeMachine.withContext(poke), freeName(id, actors));
    actors.push(ref);
    return { id, to: { host: dialled(ip), port }, ref };
  });
}

function adopt(ports: UserPorts, context: UserContext, event: UserEvent): UserContext {
  const { link: id, remote } = eventOf(event, 'CONNECTION_ACCEPTED');
  const link = newLink({ id, direction: 'backward', remote, member: null });
  const name = freeName(id, Object.values(context.backward));
  const ref = spawn(ports.linkMachine.withContext(link), name);
  return { ...context, backward: { ...context.backward, [id]: ref } };
}

/** Connections whose handshake is not done, the oldest first. */
function pendingHandshakes(ports: UserPorts, { backward }: UserContext): PendingHandshake[] {
  return Object.entries(backward)
    .filter(([id]) => !ports.isLinkUp(id))
    .flatMap(([id, ref]) => {
      const link: LinkContext | undefined = ref.getSnapshot()?.context;
      return link ? [{ id, host: link.remote.host, user: link.member?.user ?? null }] : [];
    });
}

function spawningActions(ports: UserPorts): UserActions {
  return {
    spawnSession: assign({ session: () => spawn(ports.sessionMachine, 'room-session') }),
    spawnConnectivity: assign({
      connectivity: () => spawn(ports.connectivityMachine, 'connectivity'),
    }),
    spawnSearch: assign({
      forwardLink: () => spawn(ports.forwardLinkMachine, 'forward-link'),
    }),
    stopSearch: pure(({ forwardLink }) => (forwardLink ? stop(forwardLink.id) : [])),
    adoptConnection: assign((context, event) => adopt(ports, context, event)),
    poke: assign((context, event) => {
      const pokes = spawnPokes(ports, context, eventOf(event, 'POKE_ALLOWED').targets);
      return { pokes: [...context.pokes, ...pokes], serial: context.serial + pokes.length };
    }),
  };
}

function rememberingActions(): UserActions {
  return {
    rememberName: assign({ user: (_, event) => eventOf(event, 'USER').name }),
    rememberRoom: assign({ room: (_, event) => eventOf(event, 'JOIN').room }),
    forgetRoom: assign({ room: null }),
    forgetBackward: assign({
      backward: ({ backward }, event) => {
        const { link } = eventOf(event, 'BACKWARD_LOST', 'BACKWARD_REFUSED');
        return Object.fromEntries(Object.entries(backward).filter(([id]) => id !== link));
      },
    }),
    forgetPoke: assign({
      pokes: ({ pokes }, event) => pokes.filter(({ id }) => id !== eventOf(event, 'POKE_ENDED').poke),
    }),
  };
}

function refusingActions(ports: UserPorts): UserActions {
  const refuse = (command: CommandName, input: string, error: RefusalError) =>
    ports.report({ window: 'command', type: 'refused', command, input, error });
  return {
    refuseName: (_, event) => {
      const { name } = eventOf(event, 'USER');
      refuse('user', name, new InvalidUserNameError(name));
    },
    refuseRename: ({ user }, event) => {
      refuse('user', eventOf(event, 'USER').name, new NameIsFixedError(user ?? ''));
    },
    refuseNameless: (_, event) => refuse('join', eventOf(event, 'JOIN').room, new NoNameError()),
    refuseRoom: (_, event) => {
      const { room } = eventOf(event, 'JOIN');
      refuse('join', room, new InvalidRoomNameError(room));
    },
    refuseJoin: ({ room }, event) => refuse('join', room ?? '', eventOf(event, 'JOIN_FAILED').error),
    refuseSecondJoin: ({ room }, event) => {
      refuse('join', eventOf(event, 'JOIN').room, new AlreadyJoinedError(room ?? ''));
    },
    refuseWhileJoining: ({ room }, event) => {
      const command = eventOf(event, 'USER', 'JOIN');
      const error = new JoinPendingError(room ?? '');
      if (command.type === 'USER') refuse('user', command.name, error);
      else refuse('join', command.room, error);
    },
    refuseNotJoined: (_, event) => {
      const command = eventOf(event, 'SEND', 'POKE');
      if (command.type === 'SEND')
        for (const text of textsOf(command)) refuse('send', text, new NotJoinedError());
      else refuse('poke', command.name, new NotJoinedError());
    },
    refuseText: (_, event) => {
      const { text, refusal } = eventOf(event, 'TEXT_REFUSED');
      refuse('send', text, refusal);
    },
    refusePoke: (_, event) => {
      const { name, refusal } = eventOf(event, 'POKE_REFUSED');
      refuse('poke', name, refusal);
    },
  };
}

/** Exactly the one that was poked if its ACK comes from there, else the oldest at that address. */
function pokeAnsweredFrom(pokes: readonly PokeUnderWay[], from: Endpoint): PokeUnderWay | undefined {
  const atHost = pokes.filter(({ to }) => to.host === from.host);
  return atHost.find(({ to }) => to.port === from.port) ?? atHost[0];
}

function tellingActions(ports: UserPorts): UserActions {
  const { report } = ports;
  const toSession = (event: RoomSessionEvent) =>
    sendTo<UserContext, UserEvent, ActorRef<RoomSessionEvent>>('room-session', event);
  return {
    requestList: toSession({ type: 'LIST_REQUESTED' }),
    askForFreshList: toSession({ type: 'FRESH_LIST_NEEDED' }),
    requestJoin: toSession({ type: 'JOIN_REQUESTED' }),
    tellSearch: sendTo<UserContext, UserEvent, ActorRef<ForwardLinkEvent>>('forward-link', (_, event) =>
      eventOf(event, 'BACKWARD_LINKED', 'BACKWARD_LOST', 'LIST_CHANGED'),
    ),
    judgeTexts: pure((_, event) => judgedTexts(ports, textsOf(event)).map((verdict) => raise(verdict))),
    judgePoke: pure((context, event) => raise(judgedPoke(ports, context, eventOf(event, 'POKE').name))),
    /** What is still under way on the older one is read until its FIN comes. */
    closeOlder: pure(({ backward }, event) => {
      const { member, link } = eventOf(event, 'BACKWARD_LINKED');
      const reason = 'it has linked to us anew';
      return ports.backwardLinksOf(member).flatMap((id) => {
        const ref = id === link ? undefined : backward[id];
        return ref
          ? [sendTo<UserContext, UserEvent, ActorRef<LinkEvent>>(() => ref, { type: 'CLOSE', reason })]
          : [];
      });
    }),
    closeHeaviest: pure((context, event) => {
      const { remote } = eventOf(event, 'CONNECTION_ACCEPTED');
      const id = givesWay(pendingHandshakes(ports, context), remote.host);
      const ref = id === undefined ? undefined : context.backward[id];
      const reason = 'too many connections wait for their handshake';
      return ref
        ? sendTo<UserContext, UserEvent, ActorRef<LinkEvent>>(() => ref, { type: 'CLOSE', reason })
        : undefined;
    }),
    tellHeardAgain: pure(({ session, forwardLink }) => {
      const again = { type: 'HEARD_AGAIN' } as const;
      return [session, forwardLink].flatMap((ref) =>
        ref ? [sendTo<UserContext, UserEvent, ActorRef<typeof again>>(() => ref, again)] : [],
      );
    }),
    tellAddresses: pure(({ session, connectivity, forwardLink, backward }, event) => {
      const changed = eventOf(event, 'ADDRESSES_CHANGED');
      const told = [session, connectivity, forwardLink, ...Object.values(backward)];
      return told.flatMap((ref) =>
        ref ? [sendTo<UserContext, UserEvent, ActorRef<typeof changed>>(() => ref, changed)] : [],
      );
    }),
    tellBackwardLinks: pure(({ backward }, event) => {
      const news = eventOf(event, 'LIST_CHANGED');
      return Object.values(backward).map((ref) => sendTo(ref, news));
    }),
    /** Who waits to be found on a list. */
    tellWaitingLinks: pure(({ backward }, event) => {
      const news = eventOf(event, 'LIST_CONFIRMED');
      const waiting = Object.entries(backward).filter(([link]) => !ports.isLinkUp(link));
      return waiting.map(([, ref]) => sendTo(ref, news));
    }),
    deliverAck: pure(({ pokes }, event) => {
      const poke = pokeAnsweredFrom(pokes, eventOf(event, 'ACK_RECEIVED').from);
      return poke ? sendTo(poke.ref, { type: 'ACK_RECEIVED' }) : undefined;
    }),
    tellUnaskedAck: (_, event) => {
      const neighbour = strangerAt(eventOf(event, 'ACK_RECEIVED').from);
      ports.tellFault(neighbour, faultOf('unasked A', neighbour));
    },
    flood: (_, event) =>
      ports.flood(event.type === 'SEND' ? textsOf(event) : eventOf(event, 'TEXTS_ALLOWED').texts),
    dropConnection: (_, event) => ports.dropConnection(eventOf(event, 'CONNECTION_ACCEPTED').link),
    askWhom: () => report({ window: 'command', type: 'poke whom', nicknames: ports.nicknames() }),
    reportState: (_, __, { action: { from, to } }) => report({ window: 'command', type: 'state', from, to }),
    reportName: ({ user }) => report({ window: 'command', type: 'named', user: user ?? '' }),
    reportNobodyLinked: () =>
      report({ window: 'command', type: 'nobody linked', isKept: ports.keepsUnsent() }),
    reportBackwardLink: (_, event) => {
      report({
        window: 'command',
        type: 'backward linked',
        member: eventOf(event, 'BACKWARD_LINKED').member,
      });
    },
    reportBackwardLost: (_, event) => {
      const { member, reason, end } = eventOf(event, 'BACKWARD_LOST');
      report({ window: 'command', type: 'backward lost', member, reason, end });
    },
    reportQuit: () => report({ window: 'command', type: 'quit' }),
  };
}
