/**
 * Goal: whatever stands in recordings, the file with them has the page's own script and no other: what people
 * call themselves and write can end no element and begin none.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { RecordingList } from '../../../src/console/replay/recording-list.ts';
import { reportPage } from '../../../src/console/replay/report-page.ts';

/** Built by `npm run build`. */
const TEMPLATE = readFileSync(
  fileURLToPath(new URL('../../../dist/report-page.html', import.meta.url)),
  'utf8',
);
const EVIL = `</script><img src="https://evil.example/x" onerror='alert(1)'><!--<script>&amp;\u2028`;

function listOf(name: string): RecordingList {
  const row = { name, bytes: 5, broken: [name], peers: 1, messages: 1, deliveries: 1, latency: null };
  return { title: name, recordings: [{ ...row, faults: 0, simulatedMs: 1, again: name }], untold: 0 };
}

function elementsOf(html: string, name: string): readonly string[] {
  return [...html.matchAll(new RegExp(`<${name}\\b[^>]*>([\\s\\S]*?)</${name}>`, 'g'))].map(
    ([, text = '']) => text,
  );
}

const packed = gzipSync(EVIL);
const html = [...reportPage(TEMPLATE, listOf(EVIL), [packed])].join('');

test('it has the scripts of the page without recordings, and two that are data', () => {
  const scripts = elementsOf(html, 'script');
  expect(scripts).toHaveLength(3);
  expect(JSON.parse(scripts[0] ?? '')).toEqual(listOf(EVIL));
  expect(scripts[1]).toBe(packed.toString('base64'));
  const outside = html.replaceAll(scripts[2] ?? '', '');
  expect(outside).not.toMatch(/<img|<!--/);
  expect(outside).not.toContain(EVIL);
});

test('nothing else may run, be applied or be loaded', () => {
  const [policy = ''] = /content="(default-src[^"]+)"/.exec(html)?.slice(1) ?? [];
  const [style = ''] = elementsOf(html, 'style');
  const script = elementsOf(html, 'script').at(-1) ?? '';
  for (const text of [style, script])
    expect(policy).toContain(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(html).not.toMatch(/<(?:link|iframe|object|embed|base)\b|<script[^>]+\bsrc=/);
  expect(html).not.toMatch(/\sstyle="[^"]*"[^>]*>|\son[a-z]+="/);
});

test('another page is no template', () => {
  expect(() => [...reportPage('<p>', listOf('x'), [])]).toThrow(TypeError);
  expect(() => [...reportPage('<div id="page"></div>', listOf('x'), [])]).toThrow(TypeError);
});
