/** The page's composition root: sockets, or a recording → store → components. No logic. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { ServerMessage } from '../feed/messages.ts';
import type { InspectMessage } from '../inspect/inspect-messages.ts';
import { PAGE_LIMITS } from '../limits.ts';
import { App } from './App.tsx';
import { parseRoute } from './frame/route.ts';
import { START_INSPECTING } from './inspection/inspection.ts';
import { listInPage, servedSource, sourceInPage } from './state/file/sources.ts';
import { PageStore } from './state/page-store.ts';
import { gathered } from './state/socket/gathered.ts';
import { ReconnectingSocket } from './state/socket/reconnecting-socket.ts';
import { createConsoleStore } from './state/store.ts';
import './frame/theme.css';

/** A socket of the server that the page came from. */
function open(path: string): WebSocket {
  const { protocol, host } = location;
  return new WebSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}${path}`);
}

/**
 * The machines are asked for when it is known whose they are: the page keeps those of a program that is gone.
 */
let isGreeted = false;
let isInspectOpen = false;

function beginInspection(isKnown: boolean, isOpen: boolean): void {
  if (!isKnown || !isOpen || store.getState().connection === 'other') return;
  store.getState().inspectionBegins();
  inspectSocket.send(START_INSPECTING);
}

/** Taken over together: drawn once for each of thousands in a burst, React would give up. */
const told = gathered<ServerMessage>(
  (messages) => {
    for (const message of messages) store.getState().received(message);
    // Also where it is greeted once more: a simulated room was rewound, and its machines are others.
    const isGreeting = messages.some(({ type }) => type === 'hello');
    if (isGreeting) beginInspection(true, isInspectOpen);
    isGreeted ||= isGreeting;
  },
  PAGE_LIMITS.gatherMs,
  PAGE_LIMITS.gatheredMax,
);
const consoleSocket = new ReconnectingSocket(() => open('/console'), {
  connection(state) {
    store.getState().connected(state);
    isGreeted = false;
  },
  message: (text) => told(JSON.parse(text) as ServerMessage),
});
const inspected = gathered<InspectMessage>(
  (messages) => store.getState().inspected(messages),
  PAGE_LIMITS.gatherMs,
  PAGE_LIMITS.gatheredMax,
);
const inspectSocket = new ReconnectingSocket(() => open('/inspect'), {
  connection(state) {
    isInspectOpen = state === 'open';
    beginInspection(isGreeted, isInspectOpen);
  },
  message: (text) => inspected(JSON.parse(text) as InspectMessage),
});
const outlet = {
  toConsole: (message: unknown) => consoleSocket.send(JSON.stringify(message)),
  toInspect: (text: string) => inspectSocket.send(text),
  leave: () => {
    consoleSocket.stop();
    inspectSocket.stop();
  },
};
const root = document.getElementById('page');
if (root === null) throw new Error('index.html has no #page');
const { recording, name = 'recording', lesson } = root.dataset;
const list = listInPage();
const store = createConsoleStore(outlet, parseRoute(location.hash).peer, list);
if (recording === undefined) {
  consoleSocket.start();
  inspectSocket.start();
} else {
  const [first] = list.recordings;
  store.getState().open(first ? sourceInPage(0, first) : servedSource(recording, name, lesson));
}

createRoot(root).render(
  <StrictMode>
    <PageStore value={store}>
      <App />
    </PageStore>
  </StrictMode>,
);
