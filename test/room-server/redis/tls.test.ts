/**
 * A store over TLS with a password, as the room server's environment names it: rediss://:PASSWORD@HOST:PORT.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort } from '../../e2e/tools/ports.ts';
import { Program } from '../../e2e/tools/program.ts';
import { dial } from '../../e2e/tools/raw.ts';
import { closeBehindTest } from '../../e2e/tools/teardown.ts';
import { hasRedis, RedisServer } from './tools/redis-server.ts';

const PASSWORD = 'sesame';
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('SKIPPED: the tests of a store over TLS, because openssl is not installed.');

/** Makes a certificate for 127.0.0.1 that vouches for itself; gone behind the test. */
function makeCertificate(): { readonly key: string; readonly certificate: string } {
  const directory = mkdtempSync(join(tmpdir(), 'p2pchat-tls-'));
  closeBehindTest(() => rmSync(directory, { recursive: true }));
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => join(directory, name)) as [
    string,
    string,
  ];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', key, '-out', certificate],
  ]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  return { key, certificate };
}

/** Sets variables for the programs that the test starts. */
function setEnvironment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    closeBehindTest(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

/** What a room server on this store answers to a Join, once it has told this of the store. */
async function answerToJoin(store: string, authority: string | undefined, told: RegExp): Promise<string> {
  setEnvironment({ P2PCHAT_STORE: store, ...(authority ? { NODE_EXTRA_CA_CERTS: authority } : {}) });
  const port = await freePort();
  const server = new Program(['room-server', String(port), '--host', '127.0.0.1']);
  await server.waitFor(told);
  const member = await dial(port);
  member.write('J:room:alice:127.0.0.1:5001::\r\n');
  await member.waitForText('::\r\n');
  expect(`${server.errors}${server.lines.join()}`).not.toContain(PASSWORD);
  return member.received;
}

describe.skipIf(!hasRedis || !hasOpenssl)('a store over TLS', () => {
  async function startStore(): Promise<{ readonly place: string; readonly certificate: string }> {
    const { key, certificate } = makeCertificate();
    const port = await freePort();
    const redis = await RedisServer.start(
      ...['--tls-port', String(port), '--tls-auth-clients', 'no', '--requirepass', PASSWORD],
      ...['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate],
    );
    closeBehindTest(() => redis.close());
    return { place: `127.0.0.1:${port}`, certificate };
  }

  test('is used with the right password and an authority that vouches for it', async () => {
    const { place, certificate } = await startStore();
    const store = `rediss://:${PASSWORD}@${place}`;
    expect(await answerToJoin(store, certificate, /^store rediss:.* connected$/)).toBe(
      'M:4184148821156573415:alice:127.0.0.1:5001::\r\n',
    );
  });

  test('is away where nobody vouches for it, or with a wrong password, and the reason is told', async () => {
    const { place, certificate } = await startStore();
    const away = /^F:JOIN message - The store of the rooms is away/;
    const store = `rediss://:${PASSWORD}@${place}`;
    expect(await answerToJoin(store, undefined, /^store rediss:.* lost: self-signed certificate/)).toMatch(
      away,
    );
    const wrong = `rediss://:wrong@${place}`;
    expect(await answerToJoin(wrong, certificate, /^store rediss:.* lost: WRONGPASS/)).toMatch(away);
  });
});
