/** The unread mark of the page's title. */
import { describe, expect, test } from 'vitest';
import { countUnread, NOTHING_UNREAD, pageTitle } from '../../../../src/console/page/frame/unread.ts';
import { notice } from '../notices.ts';

const SEEN = { count: 0, serial: 10 };

describe('countUnread', () => {
  test('counts what others said while the page was hidden', () => {
    const so = countUnread(SEEN, [notice(10), notice(11), notice(12)], false);
    expect(so).toEqual({ count: 2, serial: 12 });
    expect(countUnread(so, [notice(11), notice(12), notice(13)], false)).toEqual({ count: 3, serial: 13 });
  });

  test('own messages and lines of the Command window alone are no news', () => {
    const notices = [notice(11, { isOwn: true }), notice(12, { windows: ['command'] })];
    expect(countUnread(SEEN, notices, false)).toEqual({ count: 0, serial: 12 });
  });

  test('a poke is, though it is in both windows', () => {
    expect(countUnread(SEEN, [notice(11, { windows: ['message', 'command'] })], false).count).toBe(1);
  });

  test('everything is read when the page is seen', () => {
    expect(countUnread({ count: 5, serial: 10 }, [notice(15)], true)).toEqual({ count: 0, serial: 15 });
  });

  test('the past of a program that was started anew is no news, what comes then is', () => {
    const again = countUnread({ count: 1, serial: 10 }, [notice(1), notice(2)], false);
    expect(again).toEqual({ count: 1, serial: 2 });
    expect(countUnread(again, [notice(1), notice(2), notice(3)], false).count).toBe(2);
  });

  test('an empty list changes nothing that counts', () => {
    expect(countUnread(NOTHING_UNREAD, [], false)).toEqual(NOTHING_UNREAD);
  });
});

test('the title names the room, and how much is unread', () => {
  expect(pageTitle(0, null)).toBe('P2PChat');
  expect(pageTitle(0, 'tea')).toBe('tea · P2PChat');
  expect(pageTitle(3, 'tea')).toBe('(3) tea · P2PChat');
});
