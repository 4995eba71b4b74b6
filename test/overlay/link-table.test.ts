/** Goal: the table holds exactly the links that are up, oldest first. */
import { expect, test } from 'vitest';
import { type Link, LinkTable } from '../../src/overlay/link-table.ts';
import { toMember } from '../../src/overlay/member.ts';

const BOB = toMember({ user: 'bob', ip: '127.0.0.1', port: 5002 });
const CAROL = toMember({ user: 'carol', ip: '127.0.0.1', port: 5003 });
const FORWARD: Link = { id: 'link-1', direction: 'forward', member: BOB };
const BACKWARD: Link = { id: 'link-2', direction: 'backward', member: CAROL };
const BACKWARD_TOO: Link = { id: 'link-3', direction: 'backward', member: BOB };

function tableOf(...links: Link[]): LinkTable {
  const table = new LinkTable();
  for (const link of links) table.add(link);
  return table;
}

test('links are found by their id and listed oldest first', () => {
  const table = tableOf(BACKWARD, FORWARD);
  expect([table.size, table.all()]).toEqual([2, [BACKWARD, FORWARD]]);
  expect([table.get('link-1'), table.get('link-9')]).toEqual([FORWARD, undefined]);
});

test('a removed link is gone, and removing it again does no harm', () => {
  const table = tableOf(FORWARD, BACKWARD);
  table.remove('link-1');
  table.remove('link-1');
  table.remove('never there');
  expect([table.size, table.all(), table.get('link-1')]).toEqual([1, [BACKWARD], undefined]);
});

test('adding the same id twice is a mistake of the program, and the first link stays', () => {
  const table = tableOf(FORWARD);
  expect(() => table.add({ ...BACKWARD, id: 'link-1' })).toThrow('link-1');
  expect(table.all()).toEqual([FORWARD]);
});

test('a list that was handed out does not change when links come and go', () => {
  const table = tableOf(FORWARD);
  const before = table.all();
  table.add(BACKWARD);
  table.remove('link-1');
  expect(before).toEqual([FORWARD]);
});

test('directionsTo tells all links to one member', () => {
  const table = tableOf(FORWARD, BACKWARD, BACKWARD_TOO);
  expect(table.directionsTo(BOB.hid)).toEqual(['forward', 'backward']);
  expect(table.directionsTo(CAROL.hid)).toEqual(['backward']);
  expect(table.directionsTo('1')).toEqual([]);
  table.remove('link-1');
  expect(table.directionsTo(BOB.hid)).toEqual(['backward']);
});

test('count tells the links of one direction', () => {
  const table = tableOf(FORWARD, BACKWARD, BACKWARD_TOO);
  expect([table.count('forward'), table.count('backward')]).toEqual([1, 2]);
  table.remove('link-1');
  expect([table.count('forward'), table.count('backward')]).toEqual([0, 2]);
});
