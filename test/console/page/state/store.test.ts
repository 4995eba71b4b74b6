/** What the page knows after what its server has told, and that no list of it grows beyond its bound. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import type { PageMessage } from '../../../../src/console/feed/messages.ts';
import { NO_INSPECTION } from '../../../../src/console/page/inspection/inspection.ts';
import { appendBounded } from '../../../../src/console/page/state/bounded.ts';
import { createConsoleStore } from '../../../../src/console/page/state/store.ts';
import { MadeUpLog } from '../machines/machines.ts';
import { consolePeer, hello, notice } from '../notices.ts';

function pageWith(wanted: string | null = null, isConnected = true) {
  const sent: PageMessage[] = [];
  const store = createConsoleStore(
    {
      toConsole(message) {
        if (isConnected) sent.push(message);
        return isConnected;
      },
      leave: () => undefined,
    },
    wanted,
  );
  return { store, sent, received: store.getState().received };
}

describe('appendBounded', () => {
  test('keeps the newest in order, and changes neither list', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.array(fc.nat()), fc.nat({ max: 20 }), (list, added, most) => {
        const before = [...list];
        const all = [...list, ...added];
        // With nothing to add nothing is done, whatever the bound.
        const expected = added.length === 0 ? list : most === 0 ? [] : all.slice(-most);
        expect(appendBounded(list, added, most)).toEqual(expected);
        expect(list).toEqual(before);
      }),
    );
  });
});

describe('lists', () => {
  test('notices go to the view of their peer, bounded by what the server has said', () => {
    const { store, received } = pageWith();
    received(hello(['peer-1', 'peer-2']));
    received({ type: 'notices', notices: [notice(1), notice(2, { peer: 'peer-2' }), notice(3)] });
    received({ type: 'notices', notices: [notice(4), notice(5)] });
    const serials = (peer: string) => store.getState().views[peer]?.notices.map(({ serial }) => serial);
    expect(serials('peer-1')).toEqual([3, 4, 5]);
    expect(serials('peer-2')).toEqual([2]);
  });

  test('what another program says is no news of the one that is known, and its next life is', () => {
    const { store, received } = pageWith();
    received(hello(['peer-1', 'peer-2']));
    received({ type: 'notices', notices: [notice(1)] });
    const known = () => store.getState().views['peer-1']?.notices.map(({ serial }) => serial);
    for (const other of [hello(['peer-1', 'peer-3']), { ...hello(['peer-1', 'peer-2']), isDemo: false }]) {
      const page = pageWith();
      page.received(hello(['peer-1', 'peer-2']));
      page.received({ type: 'notices', notices: [notice(1)] });
      page.received(other);
      page.received({ type: 'notices', notices: [notice(2)] });
      const { connection, views } = page.store.getState();
      expect([connection, views['peer-1']?.notices.map(({ serial }) => serial)]).toEqual(['other', [1]]);
      page.store.getState().connected('open');
      expect(page.store.getState().connection).toBe('other');
    }
    received({ ...hello(['peer-1']), isDemo: true });
    expect(known()).toBeUndefined();
    received({ type: 'notices', notices: [notice(1, { text: 'anew' })] });
    expect(known()).toEqual([1]);
  });

  test('a hello begins anew: the past that follows it is not there twice', () => {
    const { store, received } = pageWith();
    for (let round = 0; round < 2; round += 1) {
      received(hello(['peer-1']));
      received({ type: 'notices', notices: [notice(1), notice(2)] });
    }
    expect(store.getState().views['peer-1']?.notices).toHaveLength(2);
  });

  test('what has nothing to do with a peer leaves its view the same object', () => {
    const { store, received } = pageWith();
    received(hello(['peer-1', 'peer-2']));
    received({ type: 'notices', notices: [notice(1)] });
    const before = store.getState().views['peer-1'];
    received({ type: 'notices', notices: [notice(2, { peer: 'peer-2' })] });
    expect(store.getState().views['peer-1']).toBe(before);
  });
});

describe('the selected peer', () => {
  test('is the first, until another is chosen', () => {
    const { store, received } = pageWith();
    received(hello(['peer-1', 'peer-2']));
    expect(store.getState().selected).toBe('peer-1');
    store.getState().select('peer-2');
    expect(store.getState().selected).toBe('peer-2');
  });

  test('is the one that the address names, as soon as it is there', () => {
    const { store, received } = pageWith('peer-2');
    received(hello(['peer-1']));
    expect(store.getState().selected).toBe('peer-1');
    received({ type: 'peers', peers: [consolePeer('peer-1'), consolePeer('peer-2')] });
    expect(store.getState().selected).toBe('peer-2');
  });

  test('is never one that is not there', () => {
    const { store, received } = pageWith();
    received(hello(['peer-1', 'peer-2']));
    store.getState().select('peer-9');
    expect(store.getState().selected).toBe('peer-1');
    received({ type: 'peers', peers: [] });
    expect(store.getState().selected).toBeNull();
  });

  test('gets the commands', () => {
    const { store, sent, received } = pageWith();
    expect(store.getState().command({ type: 'LIST' })).toBe(false);
    received(hello(['peer-1', 'peer-2']));
    store.getState().select('peer-2');
    expect(store.getState().command({ type: 'LIST' })).toBe(true);
    expect(sent).toEqual([{ type: 'command', peer: 'peer-2', command: { type: 'LIST' } }]);
  });
});

test('machines begin anew with each greeting, with all that they have done', () => {
  const page = pageWith();
  const { received } = page.store.getState();
  const states = { ON: {} };
  const lamp = createMachine({ id: 'lamp', predictableActionArguments: true, initial: 'ON', states });
  const log = new MadeUpLog();
  received(hello(['peer-1']));
  received({ type: 'machines', entries: [log.actor(lamp).started(), log.actor(lamp).started()] });
  expect(page.store.getState().inspection.steps).toHaveLength(2);
  received(hello(['peer-1']));
  expect(page.store.getState().inspection).toEqual(NO_INSPECTION);
});

describe('the moment', () => {
  test('of a time is what was told of that time, also later on; of a serial it stays that', () => {
    const { store, received } = pageWith();
    received(hello(['peer-1']));
    received({ type: 'notices', notices: [notice(1, { atMs: 10 })] });
    store.getState().showTime(15);
    expect(store.getState().moment).toBe(1);
    received({ type: 'notices', notices: [notice(2, { atMs: 15 }), notice(3, { atMs: 16 })] });
    expect(store.getState().moment).toBe(2);
    store.getState().show(1);
    received({ type: 'notices', notices: [notice(4, { atMs: 17 })] });
    expect(store.getState()).toMatchObject({ moment: 1, wantedMs: null });
  });

  test('stays over a reconnect, and is none of another log', () => {
    const { store, received } = pageWith();
    store.getState().show(7);
    received(hello(['peer-1']));
    received(hello(['peer-1']));
    expect(store.getState().moment).toBe(7);
    received({ ...hello(['peer-1']), log: 'another' });
    expect(store.getState().moment).toBeNull();
  });
});

test('a command without a connection says so', () => {
  const { store, received } = pageWith(null, false);
  received(hello(['peer-1']));
  expect(store.getState().command({ type: 'LIST' })).toBe(false);
});
