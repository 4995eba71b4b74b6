/**
 * The assignment's window (its Figure 2): Message window, buttons and input field, Command window; and the
 * members.
 */
import { useMemo } from 'react';
import type { ConsolePeer, ConsoleStatus } from '../../../feed/messages.ts';
import { usePage } from '../../state/page-store.ts';
import type { PeerView } from '../../state/peer-view.ts';
import { Controls } from './controls/Controls.tsx';
import { LogWindow } from './LogWindow.tsx';
import { MemberList } from './MemberList.tsx';
import { StatusStrip } from './StatusStrip.tsx';
import './chat.css';

const OFFLINE = {
  connecting: 'The program does not answer yet.',
  open: null,
  closed: 'The program does not answer.',
  ended: 'The program has ended.',
  other: 'Another program answers now.',
  recording: 'This is a recording.',
} as const;

const NOBODY: PeerView['members'] = [];
const DEMO_QUIT = 'It leaves the room, and all its links are closed. Overlay can start it again.';
const PROGRAM_QUIT = 'It leaves the room, all its links are closed, and the program ends.';

/** What stands in the Message window while there is nothing to read. */
function emptyWords({ room }: ConsoleStatus): string {
  return room === null ? 'No messages. Choose a name, join a room, and say something.' : 'No messages yet.';
}

export function ChatView({ peer, view }: { readonly peer: ConsolePeer; readonly view: PeerView }) {
  const { status, members, notices } = view;
  const connection = usePage((page) => page.connection);
  const command = usePage((page) => page.command);
  const past = usePage(({ hello, moment }) => {
    if (hello?.isRecording) return 'This is a recording.';
    return moment === null ? null : 'This is the past. Press Live to give commands.';
  });
  const isDemo = usePage(({ hello }) => hello?.isDemo ?? false);
  const messages = useMemo(() => notices.filter(({ windows }) => windows.includes('message')), [notices]);
  const commands = useMemo(() => notices.filter(({ windows }) => windows.includes('command')), [notices]);
  if (status === null) return <p className="nothing">Waiting for {peer.label}…</p>;
  const trouble = OFFLINE[connection] ?? (peer.isRunning ? past : 'This peer is not running.');
  return (
    <div className="chat">
      <StatusStrip peer={peer} status={status} />
      <LogWindow title="Message window" className="messages" notices={messages} empty={emptyWords(status)} />
      <Controls
        peer={peer.id}
        situation={status}
        trouble={trouble}
        notices={notices}
        consequence={isDemo ? DEMO_QUIT : PROGRAM_QUIT}
        command={command}
      />
      <LogWindow
        title="Command window"
        className="commands"
        notices={commands}
        empty="What the program does is told here."
      />
      <MemberList members={peer.isRunning ? members : NOBODY} />
    </div>
  );
}
