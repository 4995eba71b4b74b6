/**
 * The connection to the room server as an actor: invoked by the room session, it connects, writes each
 * request with a single write, and turns replies of any length in any number of pieces into events. When the
 * machine stops it, it sends FIN.
 */
import { type Observable, Subscription } from 'rxjs';
import type { InvokeCreator } from 'xstate';
import { type Feed, VIA_ROOM_SERVER as VIA } from '../feed/feed.ts';
import { toRawFrames } from '../io/framing.ts';
import { type Connection, closeReasonText, type Endpoint, isAnswer } from '../io/network.ts';
import type { PeerLimits } from '../limits/peer.ts';
import type {
  RoomConnectionCommand,
  RoomConnectionEvent,
  RoomSessionContext,
  RoomSessionEvent,
} from '../machines/room-session/events.ts';
import { shareOf } from '../protocol/batch.ts';
import { decode } from '../protocol/decode.ts';
import { letterOf } from '../protocol/dissect/strict-frame.ts';
import { encode } from '../protocol/encode.ts';
import type { RawFrame } from '../protocol/frame-decoder.ts';
import type { ControlFrame } from '../protocol/frames.ts';
import { type Fault, faultOf, type Neighbour, noFrame } from '../words/faults.ts';
import type { OpenConnections } from './open-connections.ts';

/** What the connection needs of its peer. */
interface RoomConnectionPorts {
  /** Opens a connection to the room server, or to one of several. */
  readonly connect: (timeoutMs: number) => Observable<Connection>;
  readonly roomServer: Endpoint;
  readonly limits: Pick<PeerLimits, 'connectTimeoutMs' | 'replyMaxBytes'>;
  readonly open: OpenConnections;
  readonly feed: Feed;
  /** Keeps the newest connection, for whoever wants to know what of it was acknowledged. */
  readonly keep: (connection: Connection) => void;
}

/** The service `connection` of the room session. */
export function roomConnection(
  ports: RoomConnectionPorts,
): InvokeCreator<RoomSessionContext, RoomSessionEvent> {
  const { connect, roomServer, limits, open, feed, keep } = ports;
  return () => (sendBack: (event: RoomConnectionEvent) => void, onReceive) => {
    const subscription = new Subscription();
    let connection: Connection | undefined;

    const opened = (established: Connection) => {
      connection = established;
      open.add(established);
      keep(established);
      feed.pulse.heard();
      sendBack({ type: 'OPENED', localAddress: established.local.host });
      const replies = established.bytes.pipe(toRawFrames(limits.replyMaxBytes, false));
      subscription.add(
        replies.subscribe((rawFrames) => {
          feed.framesIn(VIA, established.remote, rawFrames);
          for (const raw of rawFrames) {
            feed.turnTo(raw);
            receive(raw, feed, sendBack);
          }
        }),
      );
      subscription.add(
        established.closed.subscribe((reason) =>
          sendBack({ type: 'CLOSED', reason: closeReasonText(reason) }),
        ),
      );
    };

    onReceive((event) => {
      const bytes = encode((event as RoomConnectionCommand).frame);
      connection?.write(bytes);
      feed.framesOut(VIA, roomServer, shareOf(bytes));
    });
    subscription.add(
      connect(limits.connectTimeoutMs).subscribe({
        next: opened,
        error: (error: Error) => {
          if (isAnswer(error)) feed.pulse.heard();
          sendBack({ type: 'CLOSED', reason: error.message });
        },
      }),
    );
    return () => {
      subscription.unsubscribe();
      connection?.end();
    };
  };
}

const ROOM_SERVER: Neighbour = { key: VIA, who: `the ${VIA}`, isMember: true };

/** What is wrong with what is no reply. */
function noReply(frame: ControlFrame | undefined, raw: RawFrame): Fault {
  if (frame === undefined || raw.kind === 'MALFORMED') return noFrame(ROOM_SERVER, raw);
  return faultOf('no reply', ROOM_SERVER, letterOf(frame.kind), raw.bytes);
}

/** What is no reply is dropped and counted: the request stays outstanding until its time is over. */
function receive(raw: RawFrame, feed: Feed, sendBack: (event: RoomConnectionEvent) => void): void {
  const frame = raw.kind === 'CONTROL' ? decode(raw.bytes) : undefined;
  switch (frame?.kind) {
    case 'GROUPS':
      sendBack({ type: 'GROUPS_RECEIVED', rooms: frame.rooms });
      break;
    case 'MEMBERS':
      sendBack({ type: 'MEMBERS_RECEIVED', msid: frame.msid, members: frame.members });
      break;
    case 'FAIL':
      sendBack({ type: 'FAIL_RECEIVED', message: frame.message });
      break;
    default: {
      const fault = noReply(frame, raw);
      feed.dropFault({ kind: 'malformed', via: VIA, frame: raw }, fault);
      feed.fault(ROOM_SERVER, fault);
    }
  }
}
