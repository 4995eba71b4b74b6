/** Captures made by hand, and what the dissector makes of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { udpPacket } from '../../src/capture/ip-packet.ts';
import { fileHead, packetBlock } from '../../src/capture/pcapng.ts';
import { type Side, TcpStream } from '../../src/capture/tcp-stream.ts';
import type { Endpoint } from '../../src/io/network.ts';
import { tshark } from '../capture/tshark.ts';

const SCRIPT = fileURLToPath(new URL('../../wireshark/p2pchat.lua', import.meta.url));

export const ALICE: Endpoint = { host: '10.0.0.1', port: 5_001 };
export const BOB: Endpoint = { host: '10.0.0.2', port: 5_002 };
export const SERVER: Endpoint = { host: '10.0.0.9', port: 32_340 };
/** Between two packets. */
const STEP_MS = 100;

/** One connection of a capture that is being made up. */
interface MadeUpConnection {
  /** Each of these is a segment. */
  client(...segments: string[]): void;
  server(...segments: string[]): void;
}

/** See above. */
export class MadeUp {
  readonly #blocks: Buffer[] = [fileHead()];
  #timeMs = 0;
  #connections = 0;

  /** @param client without a port: one of its own. @param isWhole false leaves its beginning out. */
  connection(client: string, server: Endpoint, isWhole = true): MadeUpConnection {
    this.#connections += 1;
    const from = { host: client, port: 40_000 + this.#connections };
    const stream = new TcpStream(from, server, this.#connections);
    const opening = stream.opened();
    if (isWhole) this.#add(opening);
    const say = (side: Side, segments: readonly string[]) => {
      for (const segment of segments) this.#add(stream.data(side, Buffer.from(segment, 'latin1')));
    };
    return {
      client: (...segments) => say('client', segments),
      server: (...segments) => say('server', segments),
    };
  }

  /** A link on which both have shaken hands, from Alice to Bob. */
  link(): MadeUpConnection {
    const link = this.connection(ALICE.host, BOB);
    link.client(`P:tea:alice:${ALICE.host}:${ALICE.port}:0::\r\n`);
    link.server('S:0::\r\n');
    return link;
  }

  datagram(from: Endpoint, to: Endpoint, bytes: string): void {
    this.#add([udpPacket(from, to, Buffer.from(bytes, 'latin1'))]);
  }

  /** Time passes. */
  wait(ms: number): void {
    this.#timeMs += ms;
  }

  /** A file beside the capture. @returns where it is. */
  file(name: string, content: string | Buffer): string {
    const folder = mkdtempSync(join(tmpdir(), 'p2pchat-wireshark-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  }

  dissected(...words: string[]): DissectedPacket[] {
    return dissected(this.file('made-up.pcapng', Buffer.concat(this.#blocks)), ...words);
  }

  #add(packets: readonly Buffer[]): void {
    this.#timeMs += STEP_MS;
    for (const packet of packets) this.#blocks.push(packetBlock(packet, this.#timeMs));
  }
}

/** A packet in which the dissector has found something. */
export interface DissectedPacket {
  readonly number: number;
  /** What the Info column says. */
  readonly info: string;
  /** Values of a field, in order. */
  values(field: string): string[];
  /** Names of expert infos, without what all have in front. */
  readonly experts: readonly string[];
}

/** Reads a capture twice over, so that questions know their answers. */
export function dissected(file: string, ...words: string[]): DissectedPacket[] {
  const read = ['-2', '-X', `lua_script:${SCRIPT}`, ...words, '-Y', 'p2pchat'];
  const packets = tshark(file, ...read, '-T', 'pdml')
    .join('\n')
    .split('<packet>')
    .slice(1);
  let infos: string[] | undefined;
  return packets.map((xml, place) => ({
    number: Number(/name="frame\.number"[^>]* show="(\d+)"/.exec(xml)?.[1]),
    get info() {
      infos ??= tshark(file, ...read, '-T', 'fields', '-e', '_ws.col.Info');
      return (infos[place] ?? '').trim();
    },
    values: (field) => {
      const shown = new RegExp(`name="${field.replaceAll('.', '\\.')}"[^>]* show="([^"]*)"`, 'g');
      return [...xml.matchAll(shown)].map(([, value = '']) => value.replaceAll('&amp;', '&'));
    },
    experts: [...xml.matchAll(/name="p2pchat\.expert\.(\w+)"/g)].map(([, name = '']) => name),
  }));
}

/** A TEXT as it should be. */
export function text(content: string, id = 1, user = 'alice', hid = HID.alice): string {
  return `T:tea:${hid}:${user}:${id}:${Buffer.byteLength(content, 'latin1')}:${content}::\r\n`;
}

/**
 * Hash IDs of the made-up members, reckoned with whole numbers of any size: h = c + h × 65599, modulo 2^64.
 */
export const HID = {
  alice: sdbm(`alice${ALICE.host}${ALICE.port}`),
  bob: sdbm(`bob${BOB.host}${BOB.port}`),
} as const;

/** The Hash ID by its definition. */
export function sdbm(name: string): string {
  let hash = 0n;
  for (const character of name) {
    const code = BigInt(character.charCodeAt(0));
    hash = (code + (hash << 6n) + (hash << 16n) - hash) & 0xffff_ffff_ffff_ffffn;
  }
  return String(hash);
}

/** A member list as it should be, of members `user:ip:port`. */
export function members(...listed: string[]): string {
  return `M:${sdbm(listed.map((member) => `${member}:`).join(''))}:${listed.join(':')}::\r\n`;
}
