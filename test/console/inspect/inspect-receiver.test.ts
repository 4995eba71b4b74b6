/**
 * The package's own createWebSocketReceiver, as any other viewer uses it: it sees the machines and sends them
 * events.
 */
import { createWebSocketReceiver } from '@xstate/inspect';
import type { ParsedReceiverEvent } from '@xstate/inspect/lib/types.js';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { closeBehindTest } from '../../e2e/tools/teardown.ts';
import { session, setInspectStage } from './inspect-stage.ts';

test('createWebSocketReceiver of @xstate/inspect reads /inspect with the token, and drives a machine', async () => {
  const { world, entered } = await setInspectStage();
  const opened: WebSocket[] = [];
  // What browsers have by themselves.
  class RememberedSocket extends WebSocket {
    constructor(url: string) {
      super(url);
      opened.push(this);
    }
  }
  vi.stubGlobal('WebSocket', RememberedSocket);
  closeBehindTest(() => {
    vi.unstubAllGlobals();
    for (const socket of opened) socket.terminate();
  });
  const alice = world.start('alice');
  const receiver = createWebSocketReceiver({
    server: `127.0.0.1:${entered.port}/inspect?token=${entered.token}`,
    serialize: undefined,
  });
  const seen: ParsedReceiverEvent[] = [];
  receiver.subscribe((event) => seen.push(event));
  const root = await vi.waitUntil(() =>
    seen.find((event) => event.type === 'service.register' && event.sessionId === session(alice)),
  );
  if (root.type !== 'service.register') throw new TypeError('not a registration');
  expect(root.machine.id).toBe('user');
  expect(root.state.matches('NAMED')).toBe(true);

  const event = { name: 'JOIN', type: 'external', $$type: 'scxml', data: { type: 'JOIN', room: 'room' } };
  receiver.send({
    type: 'xstate.event',
    event: JSON.stringify({ ...event, origin: session(alice) }),
  } as unknown as Parameters<typeof receiver.send>[0]);
  await vi.waitUntil(() => {
    // The room server and the network of this world stand still unless they are stepped.
    world.clock.advance(100);
    return alice.peer.status().state === 'JOINED';
  });
  const joined = await vi.waitUntil(() =>
    seen.find(
      (each) =>
        each.type === 'service.state' &&
        each.sessionId === session(alice) &&
        each.state.matches('IN_ROOM.JOINED'),
    ),
  );
  expect(joined.type).toBe('service.state');
});
