/** Links to a view and a peer. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatRoute, parseRoute, TABS } from '../../../src/console/page/frame/route.ts';

describe('the address', () => {
  test('is read back as it was written', () => {
    const peers = fc.option(fc.string({ minLength: 1, unit: 'grapheme' }));
    const moments = fc.option(fc.nat());
    fc.assert(
      fc.property(fc.constantFrom(...TABS), peers, peers, moments, (tab, peer, selected, moment) => {
        const selection = peer === null ? null : selected;
        const route = { tab, peer, selection, moment };
        expect(parseRoute(formatRoute(route))).toEqual(route);
      }),
    );
  });

  test.each(['', '#', '#nonsense', '#/'])('%j is the chat', (hash) => {
    expect(parseRoute(hash)).toEqual({ tab: 'chat', peer: null, selection: null, moment: null });
  });

  test('a broken escape names no peer', () => {
    expect(parseRoute('#overlay/%E0%A4%A')).toEqual({
      tab: 'overlay',
      peer: null,
      selection: null,
      moment: null,
    });
  });

  test.each(['#chat/a?at=', '#chat/a?at=x', '#chat/a?at=-1', '#chat/a?at=1.5', '#chat/a?when=1', '#chat/a'])(
    '%j is of now',
    (hash) => {
      expect(parseRoute(hash)).toEqual({ tab: 'chat', peer: 'a', selection: null, moment: null });
    },
  );
});
