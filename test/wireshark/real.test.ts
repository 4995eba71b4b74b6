/**
 * Goal: the dissector reads what this program puts on the wires: a room of real processes, and a simulated
 * world with everything that breaks. It finds all of it, and nothing that the contract forbids.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FrameDecoder } from '../../src/protocol/frame-decoder.ts';
import { connectionsIn, packetsIn } from '../capture/read-capture.ts';
import { hasTshark } from '../capture/tshark.ts';
import { Program, startMember, startRoomServer } from '../e2e/tools/program.ts';
import { closeBehindTest } from '../e2e/tools/teardown.ts';
import { dissected } from './made-up.ts';

/** Any frame that there is. */
const FRAME_MAX_BYTES = 65_536;
/** What is no fault: a flood's copies, and members that were restarted. */
const ORDINARY = new Set(['duplicate', 'incarnation']);

function fileIn(): string {
  const folder = mkdtempSync(join(tmpdir(), 'p2pchat-wireshark-'));
  closeBehindTest(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'wires.pcapng');
}

describe.skipIf(!hasTshark)('the dissector over captures of this program', () => {
  it('reads a room of real processes: every message, every answer, each copy', async () => {
    const path = fileIn();
    const server = await startRoomServer();
    const bob = await startMember({ server: server.port, name: 'bob' });
    const words = ['--pcap', path, '--utf8'];
    const alice = await startMember({ server: server.port, name: 'alice', words });
    await bob.waitFor(/Backward link from alice|Forward link to alice/);
    const carol = await startMember({ server: server.port, name: 'carol' });
    await alice.waitFor(/carol/);
    bob.send('good: morning');
    await alice.waitFor('[msg] bob: good: morning');
    alice.send('::');
    await bob.waitFor('[msg] alice: ::');
    for (let number = 1; number <= 50; number += 1) carol.send(`message ${number}`);
    await alice.waitFor('[msg] carol: message 50');
    alice.send('/list');
    await alice.waitFor(/Rooms: /);
    alice.send('/poke bob');
    await alice.waitFor(/answered/);
    for (const each of [alice, bob, carol]) each.send('/quit');
    expect(await alice.ended()).toEqual({ code: 0, signal: null });

    const packets = dissected(path);
    const experts = packets.flatMap((packet) => packet.experts);
    expect(experts.filter((name) => !ORDINARY.has(name))).toEqual([]);
    const contents = new Set(packets.flatMap((packet) => packet.values('p2pchat.content')));
    expect([...contents]).toEqual(
      expect.arrayContaining([
        'good: morning',
        '::',
        ...Array.from({ length: 50 }, (_, at) => `message ${at + 1}`),
      ]),
    );
    const origins = packets.flatMap((packet) => packet.values('p2pchat.origin.address'));
    expect(new Set(origins)).toEqual(new Set([alice, bob, carol].map(({ port }) => `127.0.0.1:${port}`)));
    const isOf = (letters: string) => (packet: (typeof packets)[number]) =>
      packet.values('p2pchat.type').some((type) => letters.includes(type));
    const asked = packets.filter(isOf('LJPK'));
    expect(asked.length).toBeGreaterThanOrEqual(5);
    for (const question of asked) expect(question.values('p2pchat.response_in')).toHaveLength(1);
  });

  it('reads a simulated world, and finds each of its frames', async () => {
    const path = fileIn();
    const words = ['--seed', '3', '--minutes', '0.5', '--peers', '5', '--faults', 'all'];
    const world = new Program(['simulate', ...words, '--pcap', path]);
    expect(await world.ended(120_000)).toEqual({ code: 0, signal: null });
    const packets = dissected(path);
    const experts = packets.flatMap((packet) => packet.experts);
    expect(experts.filter((name) => !ORDINARY.has(name))).toEqual([]);
    const streams = connectionsIn(packetsIn(readFileSync(path)));
    // Some contents quote frames: the decoder of the program cuts by the length, too.
    const counted = streams
      .flatMap(({ fromClient, fromServer }) => [fromClient, fromServer])
      .flatMap((said) => new FrameDecoder(FRAME_MAX_BYTES).push(Buffer.from(said, 'latin1')))
      .map((frame) => (frame.kind === 'CONTROL' ? frame.bytes.toString('latin1', 0, 1) : 'T'));
    const types = packets.flatMap((packet) => packet.values('p2pchat.type'));
    expect(types.filter((type) => !'KA'.includes(type)).toSorted()).toEqual(counted.toSorted());
    expect(types.length).toBeGreaterThan(100);
  });
});
