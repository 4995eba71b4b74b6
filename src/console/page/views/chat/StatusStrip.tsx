/** Where the peer stands: its state, its name and room, its links, and the room server. */
import { harmlessOnPage } from '../../../../words/harmless.ts';
import type { ConsolePeer, ConsoleStatus } from '../../../feed/messages.ts';

function linkWords(links: ConsoleStatus['links']): string {
  const forward = links.filter(({ direction }) => direction === 'forward').length;
  const backward = links.length - forward;
  return `${forward} forward, ${backward} backward`;
}

/** How far the trouble with the room server goes, by the words of the status. */
function serverTone(state: string): string {
  if (state.startsWith('connected')) return 'good';
  return state === 'not connected' ? 'idle' : 'trouble';
}

export function StatusStrip({
  peer,
  status,
}: {
  readonly peer: ConsolePeer;
  readonly status: ConsoleStatus;
}) {
  const { state, user, room, self, port, roomServer, links } = status;
  return (
    <dl className="status-strip">
      <div>
        <dt className="unseen">State</dt>
        <dd className="state-badge" data-state={peer.isRunning ? state : 'TERMINATED'}>
          {peer.isRunning ? state : 'NOT RUNNING'}
        </dd>
      </div>
      <div>
        <dt>Name</dt>
        <dd>{user === null ? 'none yet' : <bdi>{harmlessOnPage(user)}</bdi>}</dd>
      </div>
      <div>
        <dt>Room</dt>
        <dd>{room === null ? 'none yet' : <bdi>{harmlessOnPage(room)}</bdi>}</dd>
      </div>
      <div>
        <dt>Address</dt>
        <dd>{self === null ? `port ${port}` : `${self.ip}:${self.port}`}</dd>
      </div>
      <div>
        <dt>Links</dt>
        <dd>{linkWords(links)}</dd>
      </div>
      <div>
        <dt>Room server</dt>
        <dd data-tone={serverTone(roomServer.state)}>
          {roomServer.host}:{roomServer.port}, {roomServer.state}
        </dd>
      </div>
      {peer.isSplitOff ? (
        <div>
          <dt className="unseen">Network</dt>
          <dd className="split-off">split off</dd>
        </div>
      ) : null}
    </dl>
  );
}
