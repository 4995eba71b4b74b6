/**
 * What the room session's statechart does, by name: its guards, its changes of context, and what it tells the
 * user, its parent and its connection. The chart itself is in machine.ts.
 */
import { type ActorRef, actions, assign, type MachineOptions, sendParent } from 'xstate';
import type { Notice } from '../../words/notices.ts';
import { RoomServerRefusedError, RoomServerUnreachableError } from '../../words/refusals.ts';
import { eventOf } from '../event-of.ts';
import type {
  RequestKind,
  RoomConnectionCommand,
  RoomSessionContext,
  RoomSessionEvent,
  RoomSessionPorts,
} from './events.ts';

const { pure, sendTo } = actions;

function withRequest(waiting: readonly RequestKind[], kind: RequestKind): readonly RequestKind[] {
  return waiting.includes(kind) ? waiting : [...waiting, kind];
}

/** The pause before a connect: doubles from the first to the longest, a share of it random. */
function backOffMs({ limits, random }: RoomSessionPorts, attempts: number): number {
  const fullMs = Math.min(limits.reconnectMaxMs, limits.reconnectMinMs * 2 ** attempts);
  return Math.round(fullMs * (1 - limits.jitterRatio * random()));
}

function refused(
  kind: RequestKind,
  room: string,
  error: RoomServerRefusedError | RoomServerUnreachableError,
): Notice {
  if (kind === 'LIST') return { window: 'command', type: 'refused', command: 'list', input: '', error };
  return { window: 'command', type: 'refused', command: 'join', input: room, error };
}

/** The guards by the names that the statechart uses. */
export function roomSessionGuards({ limits, hasMovedFrom }: RoomSessionPorts) {
  const isJoinOutstanding = ({ outstanding }: RoomSessionContext) => outstanding === 'JOIN';
  return {
    isSomethingWaiting: ({ waiting }: RoomSessionContext) => waiting.length > 0,
    isListWaiting: ({ waiting }: RoomSessionContext) => waiting.includes('LIST'),
    isListOwed: ({ isListOwed }: RoomSessionContext) => isListOwed,
    isJoined: ({ isJoined }: RoomSessionContext) => isJoined,
    /** Only while joined: before that nobody waits for longer than for the answer to one request. */
    hasMoved: ({ isJoined, localAddress }: RoomSessionContext) => isJoined && hasMovedFrom(localAddress),
    hasNetworkBack: (_: RoomSessionContext, event: RoomSessionEvent) =>
      eventOf(event, 'ADDRESSES_CHANGED').hasAppeared,
    isListOutstanding: ({ outstanding }: RoomSessionContext) => outstanding === 'LIST',
    isJoinOutstanding,
    isFirstJoinOutstanding: (context: RoomSessionContext) => isJoinOutstanding(context) && !context.isJoined,
    isRefreshOutstanding: (context: RoomSessionContext) => isJoinOutstanding(context) && context.isJoined,
    isJoinWaiting: ({ waiting }: RoomSessionContext) => waiting.includes('JOIN'),
    mayAsk: ({ asked }: RoomSessionContext) => asked < limits.freshListsMax,
    isAskDeferred: ({ isAskDeferred }: RoomSessionContext) => isAskDeferred,
    hasAskedOften: ({ asked }: RoomSessionContext) => asked > 1,
    mayRepeat: (context: RoomSessionContext) =>
      isJoinOutstanding(context) && context.isJoined && context.repeats < limits.repeatsMax,
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
    rememberRoom: assign<RoomSessionContext, RoomSessionEvent>({
      room: (_, event) => eventOf(event, 'JOIN_REQUESTED').room,
      user: (_, event) => eventOf(event, 'JOIN_REQUESTED').user,
    }),
    rememberAddress: assign<RoomSessionContext, RoomSessionEvent>({
      localAddress: (_, event) => eventOf(event, 'OPENED').localAddress,
      isListOwed: false,
    }),
    takeRequest: assign<RoomSessionContext, RoomSessionEvent>({
      outstanding: ({ waiting }) => waiting[0] ?? null,
      // Whatever this J is sent for, it brings a fresh list.
      isAskDeferred: ({ waiting, isAskDeferred }) => isAskDeferred && waiting[0] !== 'JOIN',
      waiting: ({ waiting }) => waiting.slice(1),
    }),
    /** The membership is what a reconnect is for: its J goes before everything else. */
    rejoin: assign<RoomSessionContext, RoomSessionEvent>({
      waiting: ({ waiting, isJoined }) =>
        isJoined ? ['JOIN', ...waiting.filter((kind) => kind !== 'JOIN')] : waiting,
    }),
    forgetOutstanding: assign<RoomSessionContext, RoomSessionEvent>({ outstanding: null }),
    forgetRequests: assign<RoomSessionContext, RoomSessionEvent>({
      outstanding: null,
      waiting: [],
      isAskDeferred: false,
    }),
    markJoined: assign<RoomSessionContext, RoomSessionEvent>({ isJoined: true, attempts: 0 }),
    forgetFailures: assign<RoomSessionContext, RoomSessionEvent>({ repeats: 0, attempts: 0 }),
    /**
     * Refused means refused: nobody else's wish for a fresh list may join the room behind the user's back.
     */
    dropRefusedJoin: assign<RoomSessionContext, RoomSessionEvent>({
      waiting: ({ waiting, outstanding }) =>
        outstanding === 'JOIN' ? waiting.filter((kind) => kind !== 'JOIN') : waiting,
      isAskDeferred: ({ isAskDeferred, outstanding }) => isAskDeferred && outstanding !== 'JOIN',
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
      retryMs: ({ attempts }) => backOffMs(ports, attempts),
      attempts: ({ attempts }) => attempts + 1,
    }),
  };
}

/** The actions by the names that the statechart uses: what tells the user, the parent and the connection. */
export function roomSessionActions(ports: RoomSessionPorts): RoomSessionActions {
  const { limits, report, roomServer } = ports;
  const address = `${roomServer.host}:${roomServer.port}`;
  const fail = (kind: RequestKind, context: RoomSessionContext, event: RoomSessionEvent) =>
    report(refused(kind, context.room, new RoomServerUnreachableError(address, lossReason(event, limits))));
  return {
    ...roomSessionAssigns(ports),
    writeRequest: sendTo<RoomSessionContext, RoomSessionEvent, ActorRef<RoomConnectionCommand>>(
      'connection',
      (context) => ({
        type: 'WRITE',
        frame: context.outstanding === 'LIST' ? { kind: 'LIST' } : ports.identify(context),
      }),
    ),
    reportGroups: (_: RoomSessionContext, event: RoomSessionEvent) => {
      report({ window: 'command', type: 'groups', rooms: eventOf(event, 'GROUPS_RECEIVED').rooms });
    },
    enterRoom: (context: RoomSessionContext, event: RoomSessionEvent) => {
      const { msid, members } = eventOf(event, 'MEMBERS_RECEIVED');
      ports.enterRoom(msid, members, isLatest(context));
    },
    replaceMembers: (context: RoomSessionContext, event: RoomSessionEvent) => {
      const { msid, members } = eventOf(event, 'MEMBERS_RECEIVED');
      ports.replaceMembers(msid, members, isLatest(context));
    },
    dropUnasked: (_: RoomSessionContext, event: RoomSessionEvent) => {
      const { msid, members } = eventOf(event, 'MEMBERS_RECEIVED');
      ports.dropUnasked(msid, members);
    },
    tellJoined: sendParent({ type: 'ROOM_JOINED' }),
    tellMembers: sendParent((context: RoomSessionContext) => ({
      type: 'MEMBERS_RECEIVED',
      isLatest: isLatest(context),
    })),
    reportFailedRefresh: ({ repeats }: RoomSessionContext, event: RoomSessionEvent) => {
      const { message } = eventOf(event, 'FAIL_RECEIVED');
      const repeatMs = repeats < limits.repeatsMax ? limits.repeatDelayMs : null;
      report({ window: 'command', type: 'room server failed', request: 'JOIN', message, repeatMs });
    },
    reportRefused: ({ outstanding, room }: RoomSessionContext, event: RoomSessionEvent) => {
      if (outstanding === null) return;
      const { message } = eventOf(event, 'FAIL_RECEIVED');
      report(refused(outstanding, room, new RoomServerRefusedError(outstanding, message)));
    },
    tellJoinFailed: pure<RoomSessionContext, RoomSessionEvent>(({ outstanding }) =>
      outstanding === 'JOIN' ? sendParent({ type: 'JOIN_FAILED' }) : undefined,
    ),
    failList: (context: RoomSessionContext, event: RoomSessionEvent) => {
      if (requests(context).includes('LIST')) fail('LIST', context, event);
    },
    failRequests: (context: RoomSessionContext, event: RoomSessionEvent) => {
      for (const kind of requests(context)) fail(kind, context, event);
    },
    tellRequestsFailed: pure<RoomSessionContext, RoomSessionEvent>((context) =>
      requests(context).includes('JOIN') ? sendParent({ type: 'JOIN_FAILED' }) : undefined,
    ),
    reportLost: ({ attempts, retryMs }: RoomSessionContext, event: RoomSessionEvent) => {
      const reason = lossReason(event, limits);
      if (attempts === 1) report({ window: 'command', type: 'room server lost', reason, retryMs });
      // A server that stays away is told at the 1st, 2nd, 4th, 8th … failure: nobody wants a line every 30 s.
      else if (Number.isInteger(Math.log2(attempts - 1))) {
        report({ window: 'command', type: 'room server unreachable', ...roomServer, reason, retryMs });
      }
    },
    reportBack: ({ attempts }: RoomSessionContext) => {
      if (attempts > 0) report({ window: 'command', type: 'room server back', ...roomServer });
    },
  };
}

/** True unless a J that was asked for after the present one is still to be sent. */
function isLatest({ waiting, isAskDeferred }: RoomSessionContext): boolean {
  return !waiting.includes('JOIN') && !isAskDeferred;
}

/** What was asked for and has not been answered, the oldest first. */
function requests({ outstanding, waiting }: RoomSessionContext): readonly RequestKind[] {
  return outstanding === null || waiting.includes(outstanding) ? waiting : [outstanding, ...waiting];
}

function lossReason(event: RoomSessionEvent, { replyTimeoutMs }: RoomSessionPorts['limits']): string {
  if (event.type === 'ADDRESSES_CHANGED') return 'this computer has another address now';
  return event.type === 'CLOSED' ? event.reason : `it has not answered within ${replyTimeoutMs / 1_000} s`;
}
