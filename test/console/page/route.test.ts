/** Links to a view and a peer. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatRoute, parseRoute, TABS } from '../../../src/console/page/frame/route.ts';

describe('the address', () => {
  test('is read back as it was written', () => {
    const peers = fc.option(fc.string({ minLength: 1, unit: 'grapheme' }));
    fc.assert(
      fc.property(fc.constantFrom(...TABS), peers, peers, (tab, peer, selected) => {
        const selection = peer === null ? null : selected;
        expect(parseRoute(formatRoute({ tab, peer, selection }))).toEqual({ tab, peer, selection });
      }),
    );
  });

  test.each(['', '#', '#nonsense', '#/'])('%j is the chat', (hash) => {
    expect(parseRoute(hash)).toEqual({ tab: 'chat', peer: null, selection: null });
  });

  test('a broken escape names no peer', () => {
    expect(parseRoute('#overlay/%E0%A4%A')).toEqual({ tab: 'overlay', peer: null, selection: null });
  });
});
