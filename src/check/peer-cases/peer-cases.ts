/** All cases about a peer, by the section of the contract that they are about. */
import { type Case, casesOf } from '../case.ts';
import type { PeerStage } from '../stage/peer-stage.ts';
import { JOIN_BUTTON, LIST_BUTTON, USER_BUTTON } from './commands/before-joining.ts';
import { QUIT_BUTTON, SEND_BUTTON } from './commands/in-a-room.ts';
import { POKE_BUTTON } from './commands/poke.ts';
import { KEEPALIVE } from './keepalive.ts';
import { FLOODING } from './overlay/flooding.ts';
import { CROSSING, FORWARD_LINK } from './overlay/forward-link.ts';
import { HANDSHAKE } from './overlay/handshake.ts';
import { LEAVING_ROOM, NORMAL_ROOM } from './overlay/rooms.ts';
import { STATES } from './states.ts';
import { COUNTED, WRITTEN } from './wire/frames.ts';
import { OTHER_PROGRAMS } from './wire/other-programs.ts';
import { READ } from './wire/reading.ts';
import { ROOM_SERVER_CASES } from './wire/room-server.ts';

/** In the order of the document. */
export const PEER_CASES: readonly Case<PeerStage>[] = [
  ...casesOf('1', [...WRITTEN, ...READ, ...COUNTED]),
  ...casesOf('2.1', STATES),
  ...casesOf('2.2', [
    ...USER_BUTTON,
    ...LIST_BUTTON,
    ...JOIN_BUTTON,
    ...SEND_BUTTON,
    ...POKE_BUTTON,
    ...QUIT_BUTTON,
  ]),
  ...casesOf('2.3', KEEPALIVE),
  ...casesOf('2.4', [...FORWARD_LINK, ...LEAVING_ROOM]),
  ...casesOf('2.5', CROSSING),
  ...casesOf('2.6', HANDSHAKE),
  ...casesOf('2.7', [...FLOODING, ...NORMAL_ROOM]),
  ...casesOf('3.1', ROOM_SERVER_CASES),
  ...casesOf('4', OTHER_PROGRAMS),
];
