/** Why a peer has just these links. */
import { describe, expect, test } from 'vitest';
import { searchOrder, whyLinks } from '../../../../src/console/page/explain/why-links.ts';
import { GLOSSARY } from '../../../../src/console/page/explain/words.ts';
import { listed, member } from '../made-up.ts';

type Links = ReturnType<typeof listed>['links'];

/** A ring of members with the marks of the links of the first of `names`; sorted as they are given. */
function ring(...entries: readonly (readonly [name: string, links?: Links])[]) {
  return entries.map(([name, links = []], at) => ({
    ...listed(member(name, 5_001 + at), links),
    isSelf: name === 'me',
  }));
}

describe('why a peer has its links', () => {
  test('the search begins behind it on the ring and goes round', () => {
    expect(searchOrder(ring(['ann'], ['me'], ['bob'], ['cat'])).map(({ user }) => user)).toEqual([
      'bob',
      'cat',
      'ann',
    ]);
    expect(searchOrder(ring(['ann']))).toEqual([]);
  });

  test('the next one that answers; who stands before it is named with the reason', () => {
    const next = whyLinks(ring(['me'], ['bob', ['forward']], ['cat', ['backward']])).join(' ');
    expect(next).toContain('The forward link is to bob');
    expect(next).toContain('bob is the next one on the ring.');
    expect(next).toContain('Backward links are from cat: it has chosen');
    const later = whyLinks(ring(['me'], ['bob', ['backward']], ['cat'], ['dan', ['forward']])).join(' ');
    expect(later).toContain('bob would have come before, but had dialled this peer already');
    expect(later).toContain('cat would have come before, but did not answer');
  });

  test('two links with one member, no link at all, and nobody to link to are explained', () => {
    expect(whyLinks(ring(['me'], ['bob', ['forward', 'backward']])).join(' ')).toContain(
      'two links with bob',
    );
    expect(whyLinks(ring(['me'], ['bob'])).join(' ')).toContain('It has no forward link now');
    expect(whyLinks([])).toEqual(['The peer is alone or in no room: there is nobody to link to.']);
  });
});

test('the glossary is in the order of the alphabet', () => {
  const terms = GLOSSARY.map(({ term }) => term);
  expect(terms).toEqual(terms.toSorted((one, other) => one.localeCompare(other, 'en')));
});
