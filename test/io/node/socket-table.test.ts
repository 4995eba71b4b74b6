/** Goal: what the kernel's table of TCP sockets says of a connection is read as the kernel means it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom } from 'rxjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NodeSocketTable } from '../../../src/io/node/sockets/node-acknowledgement.ts';
import { acknowledgementOf, findSocket, tableAddress } from '../../../src/io/node/sockets/socket-table.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     \n';
/** Written by hand in the format of Linux (x86-64); the first line is a recorded one. */
const TABLE = `${HEAD}${[
  '   0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1164 1 000000005cc45c9b 100 0 0 10 0',
  '   1: 0100007F:1388 0100007F:9C40 01 00000000:00000000 02:000005A1 00000000     0        0 4001 2 0000000000000000 20 4 30 10 -1',
  '   2: 0101000A:C350 0201000A:1388 01 0000004B:00000000 01:00000123 00000007     0        0 4002 2 0000000000000000 5120 4 30 1 7',
  '   3: 0101000A:C351 0201000A:1388 01 0000004B:00000000 01:00000012 00000000     0        0 4003 2 0000000000000000 20 4 30 10 -1',
  '   4: 0101000A:C352 0201000A:1388 01 0027A1F0:00000000 04:0000001A 00000000  1000        0 4004 2 0000000000000000 20 4 30 10 -1',
  '   5: 0101000A:C353 0201000A:1388 01 0027A1F0:00000000 04:0000201A 00000000  1000        6 4005 2 0000000000000000 20 4 30 10 -1',
  '   6: 0101000A:C354 0201000A:1388 01 0000004B:00000000 01:00000012 00000002     0        0 4006 2 0000000000000000 20 4 30 10 -1',
].join('\n')}\n`;

const SERVER = { host: '10.0.1.2', port: 5_000 };

function answer(table: string, port: number) {
  const local = tableAddress({ host: '10.0.1.1', port }, true);
  return acknowledgementOf(findSocket(table, local, tableAddress(SERVER, true)));
}

test('an address is written in the byte order of the computer, a port is not', () => {
  expect(tableAddress({ host: '127.0.0.1', port: 5_000 }, true)).toBe('0100007F:1388');
  expect(tableAddress({ host: '127.0.0.1', port: 5_000 }, false)).toBe('7F000001:1388');
  expect(tableAddress({ host: '192.168.10.255', port: 80 }, true)).toBe('FF0AA8C0:0050');
});

describe('a connection', () => {
  test.each([
    [40_000, 'unknown', 'that is not in the table'],
    [50_000, 'unacknowledged', 'whose oldest byte was sent again seven times'],
    [50_001, 'acknowledged', 'whose bytes are on their way for the first time'],
    [50_002, 'acknowledged', 'to a receiver that does not read, and answers the questions'],
    [50_003, 'unacknowledged', 'to a receiver that did not read, and answers no question any more'],
    [50_004, 'acknowledged', 'that has lost a packet or two'],
  ])('from port %i is %s: one %s', (port, expected) => {
    expect(answer(TABLE, port)).toBe(expected);
  });

  test('without anything to be acknowledged is acknowledged, keepalive timer or not', () => {
    const [local, remote] = ['0100007F:1388', '0100007F:9C40'];
    expect(acknowledgementOf(findSocket(TABLE, local, remote))).toBe('acknowledged');
    expect(findSocket(TABLE, remote, local)).toBeUndefined();
  });

  test('whose line is cut off, or is no such line, is unknown at every cut', () => {
    const end = TABLE.indexOf('\n', TABLE.indexOf('C350'));
    for (let cut = 0; cut <= end; cut += 1) expect(answer(TABLE.slice(0, cut), 50_000)).toBe('unknown');
    expect(answer(TABLE.slice(0, end + 1), 50_000)).toBe('unacknowledged');
    expect(answer(TABLE.replaceAll(' 0000004B:', ' what now:'), 50_000)).toBe('unknown');
  });
});

describe('the file', () => {
  async function tableOf(text: string | undefined): Promise<NodeSocketTable> {
    const folder = await mkdtemp(join(tmpdir(), 'socket-table-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'tcp');
    if (text !== undefined) await writeFile(path, text);
    return new NodeSocketTable(path);
  }
  const local = { host: '10.0.1.1', port: 50_000 };

  test('is read by all who ask at one time', async () => {
    const table = await tableOf(TABLE);
    const answers = [50_000, 50_001, 40_000].map((port) =>
      firstValueFrom(table.ask({ ...local, port }, SERVER)),
    );
    expect(await Promise.all(answers)).toEqual(['unacknowledged', 'acknowledged', 'unknown']);
  });

  test('that does not exist says nothing', async () => {
    expect(await firstValueFrom((await tableOf(undefined)).ask(local, SERVER))).toBe('unknown');
  });

  test('is read to a bound', async () => {
    const filler = `${'x'.repeat(149)}\n`;
    const tableBehind = (lines: number) => `${HEAD}${filler.repeat(lines)}${TABLE.slice(HEAD.length)}`;
    expect(await firstValueFrom((await tableOf(tableBehind(50_000))).ask(local, SERVER))).toBe(
      'unacknowledged',
    );
    expect(await firstValueFrom((await tableOf(tableBehind(60_000))).ask(local, SERVER))).toBe('unknown');
  });
});
