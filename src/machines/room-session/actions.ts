/**
 * What the room session's statechart does, by name: its guards, its changes of context, and what it tells the
 * user, its parent and its connection. The chart itself is in machine.ts.
 */
import { type ActorRef, actions, assign, type GuardMeta, type MachineOptions, sendParent } from 'xstate';
import { backOffMs } from '../../pacing/back-off.ts';
import { RoomServerRefusedError, RoomServerUnreachableError } from '../../words/refusals.ts';
import { eventOf } from '../event-of.ts';
import type { ListNews } from '../link/events.ts';
import type {
  RequestKind,
  RoomConnectionCommand,
  RoomSessionAnnouncement,
  RoomSessionContext,
  RoomSessionEvent,
  RoomSessionPorts,
} from './events.ts';

const { raise, sendTo } = actions;

function withRequest(waiting: readonly RequestKind[], kind: RequestKind): readonly RequestKind[] {
  return waiting.includes(kind) ? waiting : [...waiting, kind];
}

/** The pause before a connect. */
function reconnectMs({ limits, random }: RoomSessionPorts, attempts: number): number {
  const { reconnectMinMs: minMs, reconnectMaxMs: maxMs, jitterRatio } = limits;
  return backOffMs({ minMs, maxMs, jitterRatio }, attempts, random);
}

type Meta = GuardMeta<RoomSessionContext, RoomSessionEvent>;

const isJoined = ({ state }: Meta) => state.matches('membership.JOINED');
const isAwaiting = ({ state }: Meta, answer: 'GROUPS' | 'MEMBERS') =>
  state.matches(`connection.ONLINE.AWAITING_${answer}`);

/** The guards by the names that the statechart uses. */
export function roomSessionGuards({ limits, hasMovedFrom }: RoomSessionPorts) {
  return {
    ...requestGuards(limits),
    isBack: ({ attempts }: RoomSessionContext) => attempts > 0,
    isJoined: (_: RoomSessionContext, __: RoomSessionEvent, meta: Meta) => isJoined(meta),
    isFirstFailure: ({ attempts }: RoomSessionContext, _: RoomSessionEvent, meta: Meta) =>
      isJoined(meta) && attempts === 0,
    /**
     * A server that stays away is told at the 2nd, 3rd, 5th, 9th … failure: nobody wants a line every 30 s.
     */
    isFailureTold: ({ attempts }: RoomSessionContext, _: RoomSessionEvent, meta: Meta) =>
      isJoined(meta) && Number.isInteger(Math.log2(attempts)),
    /** Only while joined: before that nobody waits for longer than for the answer to one request. */
    hasMoved: ({ localAddress }: RoomSessionContext, _: RoomSessionEvent, meta: Meta) =>
      isJoined(meta) && hasMovedFrom(localAddress),
    hasNetworkBack: (_: RoomSessionContext, event: RoomSessionEvent) =>
      eventOf(event, 'ADDRESSES_CHANGED').hasAppeared,
    haveMembersChanged: (_: RoomSessionContext, event: RoomSessionEvent) => {
      const { joined, left } = eventOf(event, 'LIST_CHANGED').list;
      return joined.length + left.length > 0;
    },
  };
}

/** What there is to know of requests. */
function requestGuards(limits: RoomSessionPorts['limits']) {
  return {
    isSomethingWaiting: ({ waiting }: RoomSessionContext) => waiting.length > 0,
    isListWaiting: ({ waiting }: RoomSessionContext) => waiting.includes('LIST'),
    isJoinWaiting: ({ waiting }: RoomSessionContext) => waiting.includes('JOIN'),
    isListNext: ({ waiting }: RoomSessionContext) => waiting[0] === 'LIST',
    isJoinNext: ({ waiting }: RoomSessionContext) => waiting[0] === 'JOIN',
    isListAsked: ({ waiting }: RoomSessionContext, _: RoomSessionEvent, meta: Meta) =>
      waiting.includes('LIST') || isAwaiting(meta, 'GROUPS'),
    isJoinAsked: ({ waiting }: RoomSessionContext, _: RoomSessionEvent, meta: Meta) =>
      waiting.includes('JOIN') || isAwaiting(meta, 'MEMBERS'),
    isOfJoin: (_: RoomSessionContext, __: RoomSessionEvent, meta: Meta) => isAwaiting(meta, 'MEMBERS'),
    isListOwed: ({ isListOwed }: RoomSessionContext) => isListOwed,
    mayAsk: ({ asked }: RoomSessionContext) => asked < limits.freshListsMax,
    isAskDeferred: ({ isAskDeferred }: RoomSessionContext) => isAskDeferred,
    hasAskedOften: ({ asked }: RoomSessionContext) => asked > 1,
    mayRepeat: ({ repeats }: RoomSessionContext, _: RoomSessionEvent, meta: Meta) =>
      isAwaiting(meta, 'MEMBERS') && repeats < limits.repeatsMax,
  };
}

type RoomSessionActions = NonNullable<MachineOptions<RoomSessionContext, RoomSessionEvent>['actions']>;

/** What changes the context. */
function roomSessionAssigns(ports: RoomSessionPorts) {
  return {
    queueList: assign<RoomSessionContext, RoomSessionEvent>({
      waiting: ({ waiting }) => withRequest(waiting, 'LIST'),
    }),
    queueJoin: assign<RoomSessionContext, RoomSessionEvent>({
      waiting: ({ waiting }) => withRequest(waiting, 'JOIN'),
    }),
    rememberAddress: assign<RoomSessionContext, RoomSessionEvent>({
      localAddress: (_, event) => eventOf(event, 'OPENED').localAddress,
      isListOwed: false,
    }),
    takeRequest: assign<RoomSessionContext, RoomSessionEvent>({
      // Whatever this J is sent for, it brings a fresh list.
      isAskDeferred: ({ waiting, isAskDeferred }) => isAskDeferred && waiting[0] !== 'JOIN',
      waiting: ({ waiting }) => waiting.slice(1),
    }),
    /** The membership is what a reconnect is for: its J goes before everything else. */
    rejoin: assign<RoomSessionContext, RoomSessionEvent>({
      waiting: ({ waiting }) => ['JOIN', ...waiting.filter((kind) => kind !== 'JOIN')],
    }),
    forgetRequests: assign<RoomSessionContext, RoomSessionEvent>({ waiting: [], isAskDeferred: false }),
    forgetFailures: assign<RoomSessionContext, RoomSessionEvent>({ repeats: 0, attempts: 0 }),
    /**
     * Refused means refused: nobody else's wish for a fresh list may join the room behind the user's back.
     */
    dropRefusedJoin: assign<RoomSessionContext, RoomSessionEvent>({
      waiting: ({ waiting }) => waiting.filter((kind) => kind !== 'JOIN'),
      isAskDeferred: false,
    }),
    countAsk: assign<RoomSessionContext, RoomSessionEvent>({ asked: ({ asked }) => asked + 1 }),
    discountAsk: assign<RoomSessionContext, RoomSessionEvent>({ asked: ({ asked }) => asked - 1 }),
    deferAsk: assign<RoomSessionContext, RoomSessionEvent>({ isAskDeferred: true }),
    /** One counts no more, and this one counts in its place. */
    askAtLast: assign<RoomSessionContext, RoomSessionEvent>({ isAskDeferred: false }),
    rememberDebt: assign<RoomSessionContext, RoomSessionEvent>({ isListOwed: true }),
    forgetDebt: assign<RoomSessionContext, RoomSessionEvent>({ isListOwed: false }),
    countRepeat: assign<RoomSessionContext, RoomSessionEvent>({ repeats: ({ repeats }) => repeats + 1 }),
    dropList: assign<RoomSessionContext, RoomSessionEvent>({
      waiting: ({ waiting }) => waiting.filter((kind) => kind !== 'LIST'),
    }),
    drawBackOff: assign<RoomSessionContext, RoomSessionEvent>({
      retryMs: ({ attempts }) => reconnectMs(ports, attempts),
      attempts: ({ attempts }) => attempts + 1,
    }),
  };
}

/** The actions by the names that the statechart uses: what tells the user, the parent and the connection. */
export function roomSessionActions(ports: RoomSessionPorts): RoomSessionActions {
  return { ...roomSessionAssigns(ports), ...judging(ports), ...telling(ports), ...reporting(ports) };
}

/** What is found out is told to the session itself, before anything else happens. */
function judging({ limits, compareMembers }: RoomSessionPorts): RoomSessionActions {
  const lost = (reason: (event: RoomSessionEvent) => string) =>
    raise<RoomSessionContext, RoomSessionEvent, RoomSessionEvent>((_, event) => ({
      type: 'LOST',
      reason: reason(event),
    }));
  return {
    judgeList: raise<RoomSessionContext, RoomSessionEvent, RoomSessionEvent>((context, event) => {
      const { msid, members } = eventOf(event, 'MEMBERS_RECEIVED');
      const list = compareMembers(msid, members);
      const isLatest = isLatestAsked(context);
      return list ? { type: 'LIST_CHANGED', list, isLatest } : { type: 'LIST_CONFIRMED', isLatest };
    }),
    loseClosed: lost((event) => eventOf(event, 'CLOSED').reason),
    loseSilent: lost(() => `it has not answered within ${limits.replyTimeoutMs / SECOND_MS} s`),
    loseMoved: lost(() => 'this computer has another address now'),
  };
}

function unreachable({ roomServer }: RoomSessionPorts, event: RoomSessionEvent): RoomServerUnreachableError {
  return new RoomServerUnreachableError(
    `${roomServer.host}:${roomServer.port}`,
    eventOf(event, 'LOST').reason,
  );
}

function refusal(kind: RequestKind, event: RoomSessionEvent): RoomServerRefusedError {
  return new RoomServerRefusedError(kind, eventOf(event, 'FAIL_RECEIVED').message);
}

function telling(ports: RoomSessionPorts): RoomSessionActions {
  type ConnectionRef = ActorRef<RoomConnectionCommand>;
  return {
    writeList: sendTo<RoomSessionContext, RoomSessionEvent, ConnectionRef>('connection', {
      type: 'WRITE',
      frame: { kind: 'LIST' },
    }),
    writeJoin: sendTo<RoomSessionContext, RoomSessionEvent, ConnectionRef>(
      'connection',
      ({ localAddress }) => ({ type: 'WRITE', frame: ports.identify(localAddress) }),
    ),
    takeMembers: (_: RoomSessionContext, event: RoomSessionEvent) => {
      const { list, isLatest } = eventOf(event, 'LIST_CHANGED');
      ports.takeMembers(list, isLatest);
    },
    confirmMembers: (_: RoomSessionContext, event: RoomSessionEvent) => {
      ports.confirmMembers(eventOf(event, 'LIST_CONFIRMED').isLatest);
    },
    dropUnasked: (_: RoomSessionContext, event: RoomSessionEvent) => {
      ports.dropUnasked(eventOf(event, 'MEMBERS_RECEIVED').members);
    },
    tellJoined: sendParent({ type: 'ROOM_JOINED' }),
    tellJoinRefused: sendParent(
      (_: RoomSessionContext, event: RoomSessionEvent): RoomSessionAnnouncement => ({
        type: 'JOIN_FAILED',
        error: refusal('JOIN', event),
      }),
    ),
    tellJoinFailed: sendParent(
      (_: RoomSessionContext, event: RoomSessionEvent): RoomSessionAnnouncement => ({
        type: 'JOIN_FAILED',
        error: unreachable(ports, event),
      }),
    ),
    tellChange: sendParent((_: RoomSessionContext, event: RoomSessionEvent): ListNews => {
      const { list, isLatest } = eventOf(event, 'LIST_CHANGED');
      const { joined, left, addedAgain } = list;
      return { type: 'LIST_CHANGED', joined, left, addedAgain, isLatest };
    }),
    tellConfirmed: sendParent((_: RoomSessionContext, event: RoomSessionEvent) =>
      eventOf(event, 'LIST_CONFIRMED'),
    ),
  };
}

function reporting(ports: RoomSessionPorts): RoomSessionActions {
  const { limits, report, roomServer } = ports;
  const refuseList = (error: RoomServerRefusedError | RoomServerUnreachableError) =>
    report({ window: 'command', type: 'refused', command: 'list', input: '', error });
  const failedRefresh = (event: RoomSessionEvent, repeatMs: number | null) => {
    const { message } = eventOf(event, 'FAIL_RECEIVED');
    report({ window: 'command', type: 'room server failed', request: 'JOIN', message, repeatMs });
  };
  return {
    reportGroups: (_: RoomSessionContext, event: RoomSessionEvent) => {
      report({ window: 'command', type: 'groups', rooms: eventOf(event, 'GROUPS_RECEIVED').rooms });
    },
    reportJoined: () => ports.reportJoined(),
    reportMembers: (_: RoomSessionContext, event: RoomSessionEvent) => {
      const { joined, left, members } = eventOf(event, 'LIST_CHANGED').list;
      report({ window: 'command', type: 'members changed', joined, left, count: members.length });
    },
    reportRepeat: (_: RoomSessionContext, event: RoomSessionEvent) =>
      failedRefresh(event, limits.repeatDelayMs),
    reportNoRepeat: (_: RoomSessionContext, event: RoomSessionEvent) => failedRefresh(event, null),
    reportListRefused: (_: RoomSessionContext, event: RoomSessionEvent) => refuseList(refusal('LIST', event)),
    reportListFailed: (_: RoomSessionContext, event: RoomSessionEvent) =>
      refuseList(unreachable(ports, event)),
    reportLost: ({ retryMs }: RoomSessionContext, event: RoomSessionEvent) => {
      const { reason } = eventOf(event, 'LOST');
      report({ window: 'command', type: 'room server lost', reason, retryMs });
    },
    reportUnreachable: ({ retryMs }: RoomSessionContext, event: RoomSessionEvent) => {
      const { reason } = eventOf(event, 'LOST');
      report({ window: 'command', type: 'room server unreachable', ...roomServer, reason, retryMs });
    },
    reportBack: () => report({ window: 'command', type: 'room server back', ...roomServer }),
  };
}

const SECOND_MS = 1_000;

/** True unless a J that was asked for after the present one is still to be sent. */
function isLatestAsked({ waiting, isAskDeferred }: RoomSessionContext): boolean {
  return !waiting.includes('JOIN') && !isAskDeferred;
}
