import { describe, expect, it } from 'vitest';
import type { ConsoleFrame } from '../../../../src/console/feed/messages.ts';
import { chooseLifelines } from '../../../../src/console/page/views/sequence/diagram/lifelines.ts';
import { encountersOf } from '../../../../src/console/page/views/sequence/diagram/parties.ts';
import { filterFrames } from '../../../../src/console/page/views/sequence/filters.ts';
import { marksOf } from '../../../../src/console/page/views/sequence/marks.ts';
import {
  escaped,
  type PictureColours,
  sequenceSvg,
} from '../../../../src/console/page/views/sequence/save/export-svg.ts';
import { consoleFrame, listed, member, partyOf, ROOM_SERVER, text } from '../made-up.ts';

const alice = member('alice', 5_001);
const evil = member('<b>&"\'x', 5_002);
const colours: PictureColours = {
  ground: '#fff',
  ink: '#111',
  faint: '#666',
  line: '#ccc',
  hues: { server: '#555', link: '#080', text: '#00c', poke: '#a0a', trouble: '#c00' },
};

function picture(frames: readonly ConsoleFrame[]): string {
  const encounters = encountersOf(frames);
  const lines = chooseLifelines(
    encounters,
    { self: alice, isRunning: true, label: 'peer 1', members: [listed(evil)] },
    30,
  );
  const shown = filterFrames(
    frames,
    encounters,
    { hiddenKinds: new Set(), party: null, search: '' },
    marksOf(frames).duplicates,
  );
  return sequenceSvg(shown, lines, colours, 'frames of <alice>');
}

/**
 * Every tag closed by the right one, and no stray `<` or `&` between: enough to be well-formed XML of this
 * kind.
 */
function unclosedTags(svg: string): readonly string[] {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?: [a-zA-Z0-9:-]+="[^"<>&]*(?:&(?:amp|lt|gt|quot);[^"<>&]*)*")*)(\/?)>/g,
    (...match) => {
      const [, slash, name, , isEmpty] = match as unknown as string[];
      if (slash) expect(open.pop()).toBe(name);
      else if (!isEmpty) open.push(name as string);
      return '';
    },
  );
  expect(rest).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;)/);
  return open;
}

describe('sequenceSvg', () => {
  const frames = [
    consoleFrame({ kind: 'JOIN', room: 'tea', ...alice }, ROOM_SERVER),
    consoleFrame(text(evil, 1, '</text><script>alert(1)</script>\u0000\u202e]]>&amp;'), partyOf(evil), {
      direction: 'in',
    }),
    consoleFrame({ kind: 'POKE', room: 'tea', user: 'alice' }, partyOf(evil), { via: 'datagram' }),
  ];

  it('is well-formed, whatever names and texts hold', () => {
    const svg = picture(frames);
    expect(unclosedTags(svg)).toEqual([]);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;/text&gt;&lt;script&gt;');
    expect(svg).toContain('&lt;b&gt;&amp;&quot;');
  });

  it('has an arrow and a time for every frame, dashed where it is a datagram', () => {
    const svg = picture(frames);
    expect(svg.match(/<path d="M[^"]+z"/g)).toHaveLength(3);
    expect(svg.match(/stroke-dasharray="5 4"/g)).toHaveLength(1);
    expect(svg).toContain('JOIN tea');
    expect(svg).toContain('POKE alice');
  });

  it('is self-contained: no style sheet, no class, no reference to anything outside', () => {
    expect(picture(frames)).not.toMatch(/class=|style=|<style|href|url\(|@import/);
  });

  it('is a picture of nothing but lifelines without frames', () => {
    expect(unclosedTags(picture([]))).toEqual([]);
    expect(picture([])).toContain('room server');
  });
});

describe('escaped', () => {
  it('leaves nothing that XML forbids', () => {
    expect(escaped('a\u0001\ud800\uffff&')).toBe('a^A\\u{d800}\ufffd&amp;');
  });
});
