/**
 * What the receiving side makes of a P (PROTOCOL.md, "Handshake, receiving side"), and what the user is told
 * where it is refused for a fault of its sender.
 */
import type { Feed } from '../feed/feed.ts';
import type { Endpoint } from '../io/network.ts';
import type { Admission } from '../machines/link/events.ts';
import { type Member, toMember } from '../overlay/member.ts';
import type { Room } from '../overlay/room.ts';
import type { HandshakeFrame } from '../protocol/frames.ts';
import { dialled } from '../protocol/names.ts';
import { type FaultKind, faultOf, memberNeighbour, otherRoom } from '../words/faults.ts';

/** What an admission goes by. */
interface AdmissionPorts {
  readonly room: Pick<Room, 'admit' | 'isListed' | 'name' | 'self'>;
  readonly feed: Pick<Feed, 'fault'>;
  /** With --strict-source a handshake must come from the address that it names: NAT makes that too much. */
  readonly strictSource: boolean;
  hasRoomForBackward(member: Member, from: Endpoint): boolean;
}

/** Judges one P. */
export function admissionOf(ports: AdmissionPorts, handshake: HandshakeFrame, from: Endpoint): Admission {
  const { room, strictSource, hasRoomForBackward } = ports;
  if (strictSource && dialled(handshake.ip) !== from.host) {
    tell(ports, handshake, 'wrong source', from.host);
    return 'refused';
  }
  const admission = room.admit(handshake, from.host);
  if (admission === 'refused') tellRefused(ports, handshake);
  return hasRoomForBackward(toMember(handshake), from) ? admission : 'refused';
}

/** Before the first J there is nobody whom a P could be for: no fault. */
function tellRefused(ports: AdmissionPorts, handshake: HandshakeFrame): void {
  const { name, self } = ports.room;
  if (!self) return;
  if (handshake.room === name) tell(ports, handshake, 'our name in P');
  else tell(ports, handshake, 'wrong room in P', otherRoom(handshake.room, name));
}

function tell(ports: AdmissionPorts, handshake: HandshakeFrame, kind: FaultKind, detail = ''): void {
  const neighbour = { ...memberNeighbour(handshake), isMember: ports.room.isListed(handshake) };
  ports.feed.fault(neighbour, faultOf(kind, neighbour, detail));
}
