/** Goal: a password may hold anything; what can't be read is told in a sentence that holds none of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStoreUrl, type StoreAddress } from '../../../src/room-server/redis/clients/store-url.ts';

function parsed(url: string): StoreAddress {
  const address = parseStoreUrl(url);
  if ('problem' in address) throw new Error(address.problem);
  return address;
}

describe('the URL of a store', () => {
  test.each(['p#w', 'p/w', 'p@w', 'p?w', 'p:w', 'p w', '#/@:?', 'ä€'])(
    'takes the password %j as it stands',
    (password) => {
      for (const kind of ['redis://', 'rediss://', 'redis+cluster://']) {
        expect(parsed(`${kind}user:${password}@store.example:6380`)).toMatchObject({
          ...{ username: 'user', password, hosts: [{ host: 'store.example', port: 6_380 }] },
          name: `${kind}store.example:6380`,
        });
      }
    },
  );

  test('takes any password in percent-codes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (password) => {
        expect(parsed(`redis://:${encodeURIComponent(password)}@h/3`)).toMatchObject({
          password,
          database: 3,
        });
      }),
    );
  });

  test('names several Sentinels and what they call the Redis', () => {
    expect(parsed('redis+sentinel://u:p@a:1,b,[::1]:3/rooms/2')).toEqual({
      ...{ kind: 'sentinel', isTls: false, username: 'u', password: 'p', service: 'rooms', database: 2 },
      hosts: [
        { host: 'a', port: 1 },
        { host: 'b', port: 26_379 },
        { host: '::1', port: 3 },
      ],
      name: 'redis+sentinel://a:1,b,[::1]:3/rooms/2',
    });
  });

  test.each([
    ['redis://u:50%@h', '%25'],
    ['redis://u:%zz@h', '%25'],
    ['redis://u:sesame@', 'redis://USER:PASSWORD@HOST:PORT/DB'],
    ['redis://u:sesame@h:0', 'redis://USER'],
    ['redis://u:sesame@h:65536', 'redis://USER'],
    ['redis://u:sesame@h/x', 'redis://USER'],
    ['redis://u:sesame@h/0?tls=1', 'redis://USER'],
    ['rediss+sentinel://u:sesame@h', 'rediss+sentinel://USER:PASSWORD@HOST:PORT,HOST:PORT,HOST:PORT/NAME/DB'],
    ['redis+cluster://u:sesame@h/1', 'redis+cluster://USER'],
    ['redis://a,b', 'redis://USER'],
    ['http://u:sesame@h', 'redis+cluster://'],
    ['u:sesame@h', 'redis+cluster://'],
  ])('%s: a sentence says what to write, without the password', (url, advice) => {
    const address = parseStoreUrl(url);
    if (!('problem' in address)) throw new Error('it was taken');
    expect(address.problem).toContain(advice);
    expect(address.problem).not.toMatch(/sesame|50%@|zz/);
  });
});
