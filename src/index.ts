/// <reference types="node" preserve="true" />
/** `p2pchat`: what a bot, a bridge or a test imports. Nothing else of the program is public. */
export type { Endpoint } from './io/network.ts';
export { NetworkError } from './io/network.ts';
export { ChatPeer, type Message, type Poke } from './library/chat-peer.ts';
export { type CreatePeerOptions, createPeer } from './library/create-peer.ts';
export { InvalidAddressError, PeerClosedError, PokeUnansweredError } from './library/errors.ts';
export type { Stream } from './library/stream.ts';
export type { Surroundings } from './library/surroundings.ts';
export type { Delivery } from './library/unsent-texts.ts';
export type { Member } from './overlay/member.ts';
export type { PeerStatus } from './peer/peer-api.ts';
export { harmless } from './words/harmless.ts';
export { describe, type Notice, type UserState } from './words/notices.ts';
export { RefusalError } from './words/refusals.ts';
