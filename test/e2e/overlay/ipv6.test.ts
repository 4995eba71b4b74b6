/** IPv6 on the command line: a sentence that says what to do, no stack trace, no waiting. */
import { expect, test } from 'vitest';
import { freePort } from '../tools/ports.ts';
import { Redirected } from '../tools/redirected.ts';

/** A resolver that knows no IPv4 address of any name, but an IPv6 one. */
const ONLY_IPV6 = `data:text/javascript,${encodeURIComponent(`
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
dns.lookup = (host, options, callback) => {
  if (options.family === 6) callback(null, '2001:db8::1', 6);
  else callback(Object.assign(new Error('getaddrinfo ENOTFOUND ' + host), { code: 'ENOTFOUND' }));
};
syncBuiltinESMExports();
`)}`;

test.each(['::1', '::ffff:127.0.0.1', 'fe80::1%eth0', '[::1]', '[::1]:32340', '127.0.0.1:32340'])(
  'the room server %s is wrong usage',
  async (host) => {
    const program = new Redirected([host, '32340', '5001']);
    expect((await program.ended()).code).toBe(2);
    expect(program.errors).toContain('This chat speaks IPv4 only: give a host name or an IPv4 address');
    expect(program.errors).not.toMatch(/\n {4}at /);
  },
);

test.each([
  ['room-server', '--host'],
  ['127.0.0.1', '1', '5001', '--advertise'],
])('%s with an IPv6 address of its own is wrong usage', async (...words) => {
  const program = new Redirected([...words, '::1']);
  expect((await program.ended()).code).toBe(2);
  expect(program.errors).toContain('Give an IPv4 address such as 192.168.1.5.');
});

test('a name that has only IPv6 addresses says so, with exit code 1', async () => {
  const words = ['six.example', '32340', String(await freePort())];
  const program = new Redirected(words, { node: ['--import', ONLY_IPV6] });
  expect((await program.ended()).code).toBe(1);
  expect(program.errors).toBe(
    'p2pchat: "six.example" has only IPv6 addresses, and this chat speaks IPv4 only: ' +
      'give an IPv4 address or a name that has one\n',
  );
});
