/** Makes a peer for a program, and joins it to a room. */
import { filter, firstValueFrom, Subject, take } from 'rxjs';
import type { Endpoint } from '../io/network.ts';
import { PEER_LIMITS, type PeerLimits } from '../limits/peer.ts';
import { openOwnEndpoint } from '../peer/own-endpoint.ts';
import { assemblePeer } from '../peer/peer.ts';
import type { Peer } from '../peer/peer-api.ts';
import type { Notice } from '../words/notices.ts';
import { ChatPeer } from './chat-peer.ts';
import { PeerClosedError } from './errors.ts';
import { endpointOf, realSurroundings, type Surroundings } from './surroundings.ts';

/** What a program wants of a peer. */
export interface CreatePeerOptions {
  /** The room server, `HOST:PORT` or its parts. */
  readonly server: string | Endpoint;
  /** Nickname: 1 to 32 printable ASCII characters without `:` (PROTOCOL.md, Frames). */
  readonly name: string;
  /** The room, in the same characters. */
  readonly room: string;
  /** The port that others connect to, TCP and UDP; any free one by default. */
  readonly port?: number;
  /** The IPv4 address that others are told; by default that of the connection to the room server. */
  readonly advertise?: string;
  /** True sends bytes over 127, which some other implementations can't read; false by default. */
  readonly allowUtf8?: boolean;
  /** False sends nothing again over a link that mends a break; true by default. */
  readonly isCatchingUp?: boolean;
  /** Bounds other than those of docs/LIMITS.md. */
  readonly limits?: Partial<PeerLimits>;
  /** The outside: a room in memory (`p2pchat/testing`); the real network, clock and randomness by default. */
  readonly surroundings?: Surroundings;
  /** Gives up joining: the promise rejects with the signal's reason. Means nothing once it has joined. */
  readonly signal?: AbortSignal;
}

/** Port 0 gives a TCP port whose UDP twin may be taken: then another one. */
const ANY_PORT = [0, 0, 0, 0, 0];

/**
 * Starts a peer and joins a room.
 * @returns resolves when the room server has answered the JOIN. Rejects with a RefusalError where the name or
 *   room can't be had or the room server does not answer, with a NetworkError where the port can't be opened,
 *   with InvalidAddressError, or with the reason of `signal`; nothing is left open then.
 */
export async function createPeer(options: CreatePeerOptions): Promise<ChatPeer> {
  const { name, room, limits, signal, isCatchingUp = true, allowUtf8 = false } = options;
  signal?.throwIfAborted();
  const troubles = new Subject<string>();
  const surroundings = options.surroundings ?? realSurroundings((sentence) => troubles.next(sentence));
  const roomServer = endpointOf(options.server);
  const ports = options.port ? [options.port] : ANY_PORT;
  const where = { roomServer, advertise: options.advertise, ports };
  const endpoint = await firstValueFrom(openOwnEndpoint(surroundings.network, where));
  const peer = assemblePeer({
    ...surroundings,
    limits: { ...PEER_LIMITS, ...limits },
    endpoint,
    roomServer,
    advertise: options.advertise,
    allowUtf8,
    isCatchingUp,
    strictSource: false,
  });
  const chat = new ChatPeer(peer, troubles);
  peer.terminated.subscribe(() => troubles.complete());
  const joined = untilJoined(peer, signal);
  peer.start();
  peer.send({ type: 'USER', name });
  peer.send({ type: 'JOIN', room });
  try {
    await joined;
  } catch (error) {
    await chat.close();
    throw error;
  }
  return chat;
}

function untilJoined(peer: Peer, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
    let isDecided = false;
    peer.notices.pipe(filter(decidesJoin), take(1)).subscribe({
      next: (notice) => {
        isDecided = true;
        if (notice.type === 'refused') reject(notice.error);
        else resolve();
      },
      complete: () => {
        signal?.removeEventListener('abort', abort);
        if (!isDecided) reject(new PeerClosedError());
      },
    });
  });
}

function decidesJoin({ type }: Notice): boolean {
  return type === 'joined' || type === 'refused';
}
