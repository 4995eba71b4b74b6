/** tshark, where it is installed; tests that need it say so where it is not. */
import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';

/** False where the tests that need it are skipped. */
export const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (!hasTshark)
  console.warn('SKIPPED: the captures in tshark, because it is not installed (Debian: apt install tshark).');

/** What is no complaint: it warns everybody who is root. */
const WARNING_OF_ROOT = /^Running as user "root"[^\n]*\n?/m;

/** Reads a file with it, which must go well. @returns its lines. */
export function tshark(file: string, ...words: string[]): string[] {
  const { stdout, stderr, status } = spawnSync('tshark', ['-r', file, ...words], {
    encoding: 'utf8',
    maxBuffer: 268_435_456,
  });
  expect([status, stderr.replace(WARNING_OF_ROOT, '').trim()]).toEqual([0, '']);
  return stdout.split('\n').filter((line) => line !== '');
}

/** What tshark itself finds wrong with the packets: bad checksums, gaps, malformed headers. */
export function wrongPackets(file: string): string[] {
  const checked = [
    '-o',
    'tcp.check_checksum:TRUE',
    '-o',
    'udp.check_checksum:TRUE',
    '-o',
    'ip.check_checksum:TRUE',
  ];
  const wrong = [
    '_ws.malformed',
    'tcp.analysis.lost_segment',
    'tcp.analysis.out_of_order',
    'tcp.analysis.retransmission',
    'tcp.analysis.ack_lost_segment',
    'tcp.checksum.status == "Bad"',
    'udp.checksum.status == "Bad"',
    'ip.checksum.status == "Bad"',
  ];
  return tshark(file, ...checked, '-Y', wrong.join(' || '));
}
