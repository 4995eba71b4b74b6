/** Goal: what is shown of a room can be taken along: a picture, JSON, Mermaid; foreign words harm none. */
import { describe, expect, test } from 'vitest';
import { roomFrames } from '../../../../../src/console/page/views/sequence/room/passages.ts';
import { roomLifelines } from '../../../../../src/console/page/views/sequence/room/room-lifelines.ts';
import { connectionMarks } from '../../../../../src/console/page/views/sequence/room/room-marks.ts';
import { roomRows } from '../../../../../src/console/page/views/sequence/room/room-rows.ts';
import {
  roomJson,
  roomMermaid,
  roomSvg,
} from '../../../../../src/console/page/views/sequence/room/save/export-room.ts';
import { text } from '../../made-up.ts';
import { alice, bob, connection, peers, SERVER, told, triangle } from './made-up-room.ts';

const colours = {
  ground: '#fff',
  ink: '#111',
  faint: '#666',
  line: '#ccc',
  hues: { server: '#555', link: '#080', text: '#00c', poke: '#a0a', trouble: '#c00' },
};

function exported() {
  const way = triangle();
  const lost = connection('peer-2', 'broken', '<b>:1', { reason: 'it is silent <b>' });
  const evil = told('peer-1', 'out', bob, text(alice, 2, '</text><script>alert(1)</script> -->> end'));
  const frames = roomFrames([...way, evil], peers);
  return {
    rows: roomRows(frames, connectionMarks([lost], peers, SERVER)),
    lines: roomLifelines(peers, frames.others, 30),
  };
}

describe('the whole room as a file', () => {
  test('SVG: a slanted line for each frame, a cross over the duplicate, nothing from outside', () => {
    const { rows, lines } = exported();
    const svg = roomSvg(rows, lines, colours, 3);
    const slanted = [...svg.matchAll(/d="M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)" fill="none"/g)];
    expect(slanted).toHaveLength(4);
    for (const [, from, to] of slanted) expect(Number(to)).toBeGreaterThan(Number(from));
    expect(svg.match(/stroke="#c00" stroke-width="2"/g)).toHaveLength(2);
    expect(svg).toContain('3 older frames are left out');
    expect(svg).toContain('TEXT alice #1 (duplicate)');
    expect(svg).not.toMatch(/<script|class=|style=|href|url\(|<b>/);
    expect(svg.match(/<text/g)?.length).toBe(svg.match(/<\/text>/g)?.length);
  });

  test('JSON: who, to whom, when sent and received, and what became of connections', () => {
    const { rows } = exported();
    const { frames, connections, leftOut } = JSON.parse(roomJson(rows, 2));
    expect(frames[2]).toMatchObject({
      ...{ from: 'bob', to: 'carol', sentMs: 104, receivedMs: 154, isDuplicate: true, isMissing: false },
      links: ['forward-peer-3', 'backward-peer-2'],
    });
    expect(frames[3]).toMatchObject({ receivedMs: null, isMissing: true });
    expect(connections).toMatchObject([{ peer: 'bob', sign: 'broken', word: 'BROKEN' }]);
    expect(leftOut).toBe(2);
  });

  test('Mermaid: arrows between participants, crosses for what is dropped or missing, notes', () => {
    const { rows, lines } = exported();
    const column = (name: string) => `p${lines.findIndex((line) => line.name === name)}`;
    const [a, b, c] = ['alice', 'bob', 'carol'].map(column);
    const written = roomMermaid(rows, lines, 0);
    expect(written).toMatch(/^sequenceDiagram\n {2}participant p0 as room server\n/);
    expect(written).toContain(`  ${a}->>${b}: TEXT alice #35;1 hello`);
    expect(written).toContain(`  ${b}-x${c}: TEXT alice #35;1 #40;duplicate#41; hello`);
    expect(written).toContain(`  Note over ${b}: BROKEN`);
    expect(written).not.toMatch(/<|-->> end/);
  });
});
