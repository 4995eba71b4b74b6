/** What others type to join the room that we are in (/invite): one line for a shell. Pure. */
import type { PeerStatus } from '../peer/peer-api.ts';
import { dialled, isLoopback } from '../protocol/names.ts';

/** See above. */
export interface Invitation {
  /** `null` while we are in no room. */
  readonly command: string | null;
  /** True where it works on this computer only. */
  readonly isOnlyHere: boolean;
}

/** Where p2pchat looks for a room server without being told. */
const DEFAULT_SERVER_PORT = 32_340;
/** Of a computer on which no other peer runs. */
const USUAL_PORT = 5_001;

/** As things stand at this moment. */
export function invitation({ room, self, roomServer, port }: PeerStatus): Invitation {
  if (room === null || self === null) return { command: null, isOnlyHere: false };
  const isOnlyHere = isLoopback(dialled(self.ip));
  const isServerHere = isLoopback(dialled(roomServer.host));
  const options = `--room ${shellWord(room)}`;
  if (isOnlyHere && isServerHere && roomServer.port === DEFAULT_SERVER_PORT)
    return { command: `p2pchat ${options}`, isOnlyHere };
  // A room server on this computer is reached by others where we are.
  const host = isServerHere && !isOnlyHere ? self.ip : roomServer.host;
  const ownPort = isOnlyHere ? port + 1 : USUAL_PORT;
  return { command: `p2pchat ${shellWord(host)} ${roomServer.port} ${ownPort} ${options}`, isOnlyHere };
}

/** The lines that say it; the command stands on one of its own, to be copied. */
export function invitationLines({ command, isOnlyHere }: Invitation): string[] {
  if (command === null) return ['You are in no room: /join ROOM first.'];
  if (!isOnlyHere) return ['Others join you with:', command];
  return [
    'Others on this computer join you with:',
    command,
    'For other computers, run "p2pchat room-server" on one of them and give all peers its address.',
  ];
}

/** One word of a shell, whatever is in it. */
function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
