/**
 * Goal: what `check --pcap` writes is what tshark reads: addresses, times, whole streams, right checksums.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pcapng } from '../../src/check/output/pcapng.ts';
import { PEER_CASES } from '../../src/check/peer-cases/peer-cases.ts';
import { runCases } from '../../src/check/run.ts';
import { PeerStage } from '../../src/check/stage/peer-stage.ts';
import { hasTshark, tshark, wrongPackets } from '../capture/tshark.ts';
import { startSmall } from './small/small-subject.ts';

const CASES = ['2.2.25', '2.7.2', '2.2.30'];

async function tapes() {
  const results = await runCases({
    cases: PEER_CASES.filter(({ address }) => CASES.includes(address)),
    open: () => PeerStage.open({ patienceMs: 5_000, draw: null, start: startSmall() }),
    lanes: 1,
    areLongBeside: false,
    isStrict: false,
    isStopped: () => false,
    onResult: () => {},
  });
  return results.map(({ address, tape }) => ({ comment: address, tape }));
}

test('blocks are whole: each has its length in front and behind, and they fill the file', async () => {
  const bytes = pcapng(await tapes());
  let at = 0;
  const types: number[] = [];
  while (at < bytes.length) {
    const length = bytes.readUInt32LE(at + 4);
    expect(bytes.readUInt32LE(at + length - 4)).toBe(length);
    types.push(bytes.readUInt32LE(at));
    at += length;
  }
  expect(at).toBe(bytes.length);
  expect(types.slice(0, 2)).toEqual([0x0a0d0d0a, 1]);
  expect(new Set(types.slice(2))).toEqual(new Set([6]));
});

test.skipIf(!hasTshark)('tshark finds every byte of every connection, and nothing wrong', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'p2pchat-pcap-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'check.pcapng');
  const taped = await tapes();
  writeFileSync(file, pcapng(taped));
  expect(wrongPackets(file)).toEqual([]);
  const payloads = (filter: string, field: string) =>
    tshark(file, '-Y', filter, '-T', 'fields', '-e', field).join('').replaceAll(':', '');
  const sent = (transport: string) =>
    taped
      .flatMap(({ tape }) => tape.filter((entry) => entry.transport === transport))
      .toSorted((one, other) => one.timeMs - other.timeMs)
      .map(({ bytes }) => bytes.toString('hex'))
      .join('');
  expect(payloads('tcp.len > 0', 'tcp.payload')).toBe(sent('TCP'));
  expect(payloads('udp', 'udp.payload')).toBe(sent('UDP'));
  expect(tshark(file, '-Y', 'frame.comment', '-T', 'fields', '-e', 'frame.comment').toSorted()).toEqual(
    CASES.toSorted(),
  );
});
