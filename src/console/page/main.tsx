/** The page's composition root: a socket or a recording → store → components. No logic. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { ServerMessage } from '../feed/messages.ts';
import { PAGE_LIMITS } from '../limits.ts';
import { App } from './App.tsx';
import { parseRoute } from './frame/route.ts';
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

/** Taken over together: drawn once for each of thousands in a burst, React would give up. */
const told = gathered<ServerMessage>(
  (messages) => {
    for (const message of messages) store.getState().received(message);
  },
  PAGE_LIMITS.gatherMs,
  PAGE_LIMITS.gatheredMax,
);
const consoleSocket = new ReconnectingSocket(() => open('/console'), {
  connection: (state) => store.getState().connected(state),
  message: (text) => told(JSON.parse(text) as ServerMessage),
});
const outlet = {
  toConsole: (message: unknown) => consoleSocket.send(JSON.stringify(message)),
  leave: () => consoleSocket.stop(),
};
const root = document.getElementById('page');
if (root === null) throw new Error('index.html has no #page');
const { recording, name = 'recording', lesson } = root.dataset;
const list = listInPage();
const { peer, moment } = parseRoute(location.hash);
const store = createConsoleStore(outlet, peer, list);
store.getState().show(moment);
if (recording === undefined) consoleSocket.start();
else {
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
