/**
 * The report as a file: self-contained, well-formed, and proof against what people call themselves and
 * write.
 */
import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { FAULT_NAMES } from '../../../src/simulation/faults/faults.ts';
import type { Recording } from '../../../src/simulation/recording.ts';
import { faultsWithoutColour } from '../../../src/simulation/report/drawing/palette.ts';
import { axisTicks, clock, counted, span, whole } from '../../../src/simulation/report/format.ts';
import { html, scriptJson } from '../../../src/simulation/report/html.ts';
import { MOST_DRAWN } from '../../../src/simulation/report/index-table.ts';
import { renderReport } from '../../../src/simulation/report/report.ts';
import { pageScript } from '../../../src/simulation/report/script/page-script.ts';
import { sampleRecording, sampleViolation } from './sample.ts';
import { messageOf, peerOf, recordingOf } from './small.ts';
import { openTags, textsOf } from './well-formed.ts';

const EVIL = `</script><img src="https://evil.example/x" onerror='alert(1)'><!--<script>&amp;\u2028`;

function evilRecording(): Recording {
  const messages = [{ ...messageOf(1_000, 0), content: EVIL }];
  const faults = FAULT_NAMES.map((fault) => ({ fault, fromMs: 1, toMs: 2, peers: [0], what: EVIL }));
  const violations = [{ invariant: EVIL, atMs: 1, what: EVIL, peers: [EVIL] }];
  const peer = { ...peerOf(EVIL), ip: EVIL, incarnations: [{ fromMs: 0, toMs: 5, end: EVIL }] };
  return recordingOf({ peers: [peer], messages, faults, violations, replay: EVIL });
}

describe('the file', () => {
  const one = renderReport([sampleRecording({ seed: 4711 })]);

  it('asks nothing of any other machine', () => {
    expect(one).not.toMatch(/https?:|\/\/[a-z]|@import|url\((?!#)/i);
    expect(one).not.toMatch(/<(link|img|iframe|object|embed|base)\b|<script[^>]+src/i);
    expect(pageScript()).not.toMatch(
      /fetch\(|XMLHttpRequest|WebSocket|import\(|innerHTML|eval\(|document\.write/,
    );
  });

  it('forbids everything but its own style and script', () => {
    const [style = ''] = textsOf(one, 'style');
    const script = textsOf(one, 'script').at(-1) ?? '';
    for (const text of [style, script]) {
      expect(one).toContain(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    }
    expect(one).toContain(`default-src 'none'`);
    expect(one).not.toMatch(/\sstyle="|\son[a-z]+="/);
  });

  it('is well-formed, its script is JavaScript and its data JSON', () => {
    expect(openTags(one)).toEqual([]);
    expect(() => new Script(pageScript())).not.toThrow();
    const data = JSON.parse(textsOf(one, 'script')[0] ?? '');
    expect(data.peers).toHaveLength(12);
    expect(data.messages.length).toBeGreaterThan(60);
  });

  it('says what was simulated', () => {
    for (const text of [
      'Seed 4711',
      'all invariants held',
      '--seed 4711 --peers 12',
      '10 min',
      'of 11 kinds',
    ]) {
      expect(one).toContain(text);
    }
  });

  it('is the same for the same recording', () => {
    expect(renderReport([sampleRecording({ seed: 4711 })])).toBe(one);
  });
});

describe('names and texts', () => {
  const page = renderReport([evilRecording()]);

  it('never become markup', () => {
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<!--');
    expect(openTags(page)).toEqual([]);
    expect(textsOf(page, 'script')).toHaveLength(2);
    expect(page).toContain('&lt;/script&gt;&lt;img src=&quot;https://evil.example/x&quot;');
  });

  it('are in the data as they were, only that line separators are written out', () => {
    const data = JSON.parse(textsOf(page, 'script')[0] ?? '');
    expect(data.messages[0].content).toBe(EVIL.replace('\u2028', '\\u{2028}'));
  });

  it('are escaped by the template wherever they stand', () => {
    expect(html`<b title="${'"<'}">${'&'}${[html`<i>${1.005}</i>`]}${undefined}</b>`.html).toBe(
      '<b title="&quot;&lt;">&amp;<i>1</i></b>',
    );
    expect(scriptJson({ a: '</script>' }).html).toBe('{"a":"\\u003c/script\\u003e"}');
  });
});

describe('several recordings', () => {
  const recordings = Array.from({ length: 25 }, (_, index) =>
    sampleRecording({
      seed: index + 1,
      chatMessages: 5,
      violations: index === 23 ? [sampleViolation(9_000)] : [],
    }),
  );
  const page = renderReport(recordings);

  it('are listed with violations first, and only so many are drawn', () => {
    const listed = [...page.matchAll(/<th scope="row" class="number">(?:<a href="#seed-\d+">)?(\d+)/g)];
    expect(listed.map(([, seed]) => Number(seed)).slice(0, 3)).toEqual([24, 1, 2]);
    expect(listed).toHaveLength(25);
    expect(page.match(/data-world=""/g)).toHaveLength(MOST_DRAWN);
    expect(page.match(/ open=""/g)).toHaveLength(1);
    expect(openTags(page)).toEqual([]);
  });

  it('lead to their sections', () => {
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`);
  });
});

describe('borders', () => {
  it('draws nothing and nobody', () => {
    expect(renderReport([])).toContain('Nothing was simulated');
    const nobody = renderReport([recordingOf({ endMs: 0, calmMs: 0 })]);
    expect(nobody).toContain('No message reached anybody.');
    expect(nobody.replace(pageScript(), '')).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('has a colour for every fault', () => {
    expect(faultsWithoutColour()).toEqual([]);
  });

  it('writes numbers and times for people', () => {
    expect([0, 59_999, 60_000, 437_450].map(clock)).toEqual(['0:00.0', '0:59.9', '1:00.0', '7:17.4']);
    expect([0, 1.5, 9.96, 143.4, 999.7, 2_340, 600_000, 7_200_000].map(span)).toEqual([
      '0 ms',
      '1.5 ms',
      '10 ms',
      '143 ms',
      '1 s',
      '2.3 s',
      '10 min',
      '2 h',
    ]);
    expect([whole(1_234_567), counted(1, 'peer'), counted(2, 'delivery', 'deliveries')]).toEqual([
      '1,234,567',
      '1 peer',
      '2 deliveries',
    ]);
    expect([axisTicks(0), axisTicks(3), axisTicks(138)]).toEqual([
      [0, 1],
      [0, 1, 2, 3],
      [0, 50, 100, 150],
    ]);
  });
});
