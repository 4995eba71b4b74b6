/**
 * Where machines meet their ports: builds the statecharts of one peer over its network, clock and room.
 * Nothing here decides; every port is one line from a machine's words to the object that does it.
 */

import type { AcceptedConnections } from '../actors/accepted-connections.ts';
import { endpointActor, type PeerEndpoint, sendDatagram } from '../actors/endpoint.ts';
import { type LinkConnectionPorts, linkConnection } from '../actors/link-connection.ts';
import type { OpenConnections } from '../actors/open-connections.ts';
import type { PokeResponder } from '../actors/poke-responder.ts';
import { RatePerSource } from '../actors/rate-per-source.ts';
import { roomConnection } from '../actors/room-connection.ts';
import { roomServerConnect } from '../actors/room-server-address.ts';
import { connectivityServices, type LocalAddresses, linkAcknowledgement } from '../actors/signs-of-life.ts';
import { type Feed, VIA_ROOM_SERVER } from '../feed/feed.ts';
import type { AwakeTime } from '../io/awake-time.ts';
import type { Clock } from '../io/clock.ts';
import { toRawFrames } from '../io/framing.ts';
import type { Connection, Endpoint, Network } from '../io/network.ts';
import type { Random } from '../io/random.ts';
import type { PeerLimits } from '../limits/peer.ts';
import { createConnectivityMachine } from '../machines/connectivity/machine.ts';
import type { ForwardLinkPorts } from '../machines/forward-link/events.ts';
import { createForwardLinkMachine } from '../machines/forward-link/machine.ts';
import type { LinkPorts } from '../machines/link/events.ts';
import { createLinkMachine } from '../machines/link/machine.ts';
import { createPokeMachine } from '../machines/poke/machine.ts';
import type { RoomSessionPorts } from '../machines/room-session/events.ts';
import { createRoomSessionMachine } from '../machines/room-session/machine.ts';
import type { UserPorts } from '../machines/user/events.ts';
import { createUserMachine } from '../machines/user/machine.ts';
import { DialAllowance } from '../overlay/dialling/dial-allowance.ts';
import { type Member, toMember } from '../overlay/member.ts';
import { type MembershipChange, NO_CHANGE } from '../overlay/membership.ts';
import type { Room } from '../overlay/room.ts';
import { hasShare } from '../overlay/shares.ts';
import type { HandshakeFrame, JoinFrame } from '../protocol/frames.ts';
import { compareHashIds } from '../protocol/hash-id.ts';

import type { AttachedLink } from '../relay/attached-link.ts';
import type { Mending } from '../relay/mending/mending.ts';
import type { Relay } from '../relay/relay.ts';
import type { RefusalError } from '../words/refusals.ts';
import { admissionOf } from './admission.ts';
import { type ReplacedPorts, replacedBy } from './replaced-ports.ts';

/** What a peer is given. */
export interface PeerOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  /**
   * Seed of hashes of what others send, 32 bits that they don't know; drawn from `random` where not given.
   */
  readonly hashSeed?: number;
  readonly limits: PeerLimits;
  /** Already open; the peer closes it at its end. */
  readonly endpoint: PeerEndpoint;
  readonly roomServer: Endpoint;
  /**
   * The IPv4 address that others are told; by default the local address of the connection to the room server.
   */
  readonly advertise?: string | undefined;
  /** At the start; false refuses to send bytes over 127, because some other implementations crash on them. */
  readonly allowUtf8: boolean;
  /** False sends nothing again over a link that mends a break; true by default. */
  readonly isCatchingUp?: boolean;
  /** True refuses a handshake that comes from another address than it names. */
  readonly strictSource: boolean;
  /**
   * True shows the machines, and all that they spawn, to the inspector that is installed when the peer starts
   * (`globalThis.__xstate__`, see log/service-registry.ts); false by default.
   */
  readonly isInspected?: boolean;
  /** For planted bugs and experiments; none by default. */
  readonly replaced?: ReplacedPorts;
}

/** What a peer is made of, besides its machines. */
export interface PeerParts {
  readonly options: PeerOptions;
  readonly feed: Feed;
  readonly awake: AwakeTime;
  readonly room: Room<AttachedLink>;
  readonly relay: Relay;
  readonly mending: Mending;
  readonly open: OpenConnections;
  readonly accepted: AcceptedConnections;
  readonly pokeResponder: PokeResponder;
  /** Why a text can't be sent now; `undefined` if it can. */
  refusalOf(text: string): RefusalError | undefined;
  readonly addresses: LocalAddresses;
  /** Who joins, as the user machine has it. */
  nickname(): string | null;
}

/** The user machine with everything that it spawns. */
export function buildUserMachine(parts: PeerParts) {
  const { options, feed, room, relay, open, accepted, pokeResponder } = parts;
  const { clock, limits, endpoint } = options;
  const { report } = feed;
  const linkMachine = buildLinkMachine(parts);
  const roomServer: NewestConnection = { connection: undefined };
  const nowMs = () => clock.now();
  const ports: UserPorts = {
    limits,
    report,
    nowMs,
    linkMachine,
    sessionMachine: buildSessionMachine(parts, roomServer),
    connectivityMachine: buildConnectivityMachine(parts, roomServer),
    pokeMachine: buildPokeMachine(parts),
    forwardLinkMachine: buildForwardLinkMachine(parts, linkMachine),
    endpoint: endpointActor({
      endpoint,
      accepted,
      open,
      feed,
      pokeResponder,
      limits,
      rate: new RatePerSource(clock, limits.rateSourcesMax),
    }),
    addresses: parts.addresses.actor(),
    backwardLinksOf: ({ hid }) => room.links.backwardFrom(hid),
    linksUp: () => room.links.size,
    isLinkUp: (link) => room.links.get(link) !== undefined,
    backwardLinksUp: () => room.links.count('backward'),
    membersNamed: (user) => room.membership.named(user),
    leadsHere: (member) => room.leadsHere(member),
    canReach: (member) => room.canReach(member),
    nicknames: () => room.nicknames(),
    refusalOf: parts.refusalOf,
    keepsUnsent: () => relay.keepsUnsent,
    flood: (texts) => relay.sendOwn(texts),
    tellFault: feed.fault,
    dropConnection: (number) => accepted.take(number).end(),
  };
  return createUserMachine(replacedBy(ports, options.replaced?.user));
}

function buildForwardLinkMachine(parts: PeerParts, linkMachine: LinkMachine) {
  const { options, feed, room } = parts;
  const selfHid = () => identityOf(parts).self.hid;
  const ports: ForwardLinkPorts = {
    limits: options.limits,
    report: feed.report,
    linkMachine,
    nowMs: () => options.clock.now(),
    random: () => options.random.next(),
    candidates: () => room.candidates(),
    compareChoices: (one, other) => room.compareChoices(one, other),
    isCandidate: (member) => room.isCandidate(member),
    elders: () => room.elders(),
    isElder: (member) => room.isElder(member),
    allowance: new DialAllowance(options.limits),
    isListed: (member) => room.isListed(member),
    isLinkedToUs: ({ hid }) => room.links.directionsTo(hid).includes('backward'),
    isBelowUs: ({ hid }) => compareHashIds(hid, selfHid()) < 0,
    selfHid,
    tellFault: feed.fault,
  };
  return createForwardLinkMachine(replacedBy(ports, options.replaced?.forwardLink));
}

/** The name of the room and our own entry in it. */
function identityOf({ room: { name, self } }: PeerParts): { readonly room: string; readonly self: Member } {
  if (name === null || !self) throw new TypeError('there is no identity before the first J');
  return { room: name, self };
}

function ownHandshake(parts: PeerParts): HandshakeFrame {
  const { room, self } = identityOf(parts);
  const { user, ip, port } = self;
  return { kind: 'HANDSHAKE', room, user, ip, port, msgId: parts.room.lastMsgId };
}

function buildLinkMachine(parts: PeerParts) {
  const { options, feed, room, relay, mending, open, accepted, addresses } = parts;
  const { network, limits } = options;
  const hasRoomForBackward = (member: Member, { host }: Endpoint) => {
    const others = room.links.backwardOfOthers(member.hid);
    const ofName = others.filter(({ member: { user } }) => user === member.user).length;
    const ofHost = others.filter(({ remoteAddress }) => remoteAddress === host).length;
    return hasShare(Math.max(ofName, ofHost), others.length, limits.backwardLinksMax);
  };
  const connectionPorts: LinkConnectionPorts = {
    network,
    limits,
    accepted,
    open,
    relay,
    feed,
    toRawFrames,
    admit: (handshake, from) =>
      admissionOf({ room, feed, strictSource: options.strictSource, hasRoomForBackward }, handshake, from),
  };
  const ports: LinkPorts = {
    limits,
    connection: linkConnection(replacedBy(connectionPorts, options.replaced?.linkConnection)),
    nowMs: () => options.clock.now(),
    ownHandshake: () => ownHandshake(parts),
    lastMsgId: () => room.lastMsgId,
    acknowledgement: linkAcknowledgement(relay),
    hasLostAddress: (id) => {
      const attached = relay.attached(id);
      return attached !== undefined && !addresses.has(attached.localAddress);
    },
    hasAddress: () => addresses.hasAny,
    hasRoomForBackward,
    isListed: (member) => room.isListed(member),
    membersNamed: (user) => room.membership.named(user),
    tellFault: feed.fault,
    silentMs: (id) => relay.attached(id)?.silentMs() ?? 0,
    ended: (id, member, end) => mending.linkEnded(id, member, end),
    answered: (id) => relay.attached(id)?.heard(),
  };
  return createLinkMachine(replacedBy(ports, options.replaced?.link));
}

type LinkMachine = ReturnType<typeof buildLinkMachine>;

function buildPokeMachine(parts: PeerParts) {
  const { clock, limits, endpoint } = parts.options;
  const { feed } = parts;
  return createPokeMachine({
    clock,
    limits,
    report: feed.report,
    sendPoke: ({ ip, port }) => {
      const { room, self } = identityOf(parts);
      sendDatagram(endpoint, feed, { kind: 'POKE', room, user: self.user }, { host: ip, port });
    },
  });
}

/** The connection to the room server that was opened last. */
interface NewestConnection {
  connection: Connection | undefined;
}

function buildConnectivityMachine({ options, feed, relay }: PeerParts, roomServer: NewestConnection) {
  const { clock, limits } = options;
  const { pulse, report } = feed;
  return createConnectivityMachine({
    limits,
    report,
    nowMs: () => clock.now(),
    unansweredMs: () => pulse.unansweredMs(),
    heard: () => pulse.heard(),
    ...connectivityServices(pulse, relay, () => roomServer.connection),
  });
}

function buildSessionMachine(parts: PeerParts, newest: NewestConnection) {
  const { options, feed, room, open } = parts;
  const { network, clock, limits, random, roomServer, endpoint, advertise } = options;
  const connect = roomServerConnect({ network, clock, roomServer });
  const keep = (connection: Connection) => {
    newest.connection = connection;
  };
  const ports: RoomSessionPorts = {
    limits,
    roomServer,
    report: feed.report,
    connection: roomConnection({ connect, roomServer, limits, open, feed, keep }),
    hasMovedFrom: (address) => parts.addresses.hasAny && !parts.addresses.has(address),
    random: () => random.next(),
    identify: (localAddress): JoinFrame => {
      const user = parts.nickname();
      if (user === null || room.name === null) throw new TypeError('nobody joins without a name and a room');
      const self = toMember({ user, ip: advertise ?? localAddress, port: endpoint.port });
      room.identify(self);
      return { kind: 'JOIN', room: room.name, user, ip: self.ip, port: self.port };
    },
    compareMembers: (msid, list) => room.membership.compare(msid, list.slice(0, limits.membersMax)),
    takeMembers: (list, isLatest) => {
      room.takeMembers(list, parts.awake.now());
      listCame(parts, list, isLatest);
    },
    confirmMembers: (isLatest) => listCame(parts, NO_CHANGE, isLatest),
    reportJoined: () => {
      feed.report({
        window: 'command',
        type: 'joined',
        ...identityOf(parts),
        members: room.membership.members,
      });
    },
    dropUnasked: (list) => {
      const what = () => `a list of ${list.length} members that was not asked for`;
      feed.drop('unexpected', VIA_ROOM_SERVER, what);
    },
  };
  return createRoomSessionMachine(replacedBy(ports, options.replaced?.session));
}

/** Whoever waits for a list, or remembers who was on it, is told what has changed. */
function listCame({ relay, mending }: PeerParts, change: MembershipChange, isLatest: boolean): void {
  mending.listChanged(change);
  relay.membersReceived(change.joined.length > 0, isLatest);
}
