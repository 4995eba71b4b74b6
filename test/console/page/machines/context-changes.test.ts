/** What has changed in a context between two steps. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PAGE_LIMITS } from '../../../../src/console/limits.ts';
import { contextChanges } from '../../../../src/console/page/inspection/context-changes.ts';

describe('the changes of a context', () => {
  test('name fields, however deep, and what has come into lists and gone', () => {
    const before = { room: null, self: { ip: '1', port: 7 }, links: ['a', 'b', 'b'], same: [1], old: true };
    const after = { room: 'tea', self: { ip: '1', port: 8 }, links: ['b', 'c'], same: [1], young: 0 };
    expect(contextChanges(before, after)).toEqual([
      { path: 'room', before: 'null', after: '"tea"' },
      { path: 'self.port', before: '7', after: '8' },
      { path: 'links', before: '"a"', after: null },
      { path: 'links', before: '"b"', after: null },
      { path: 'links', before: null, after: '"c"' },
      { path: 'old', before: 'true', after: null },
      { path: 'young', before: null, after: '0' },
    ]);
    expect(contextChanges([1, 2], [2, 1])).toEqual([{ path: ' (order)', before: '[1,2]', after: '[2,1]' }]);
  });

  test('are none of equal contexts, some of others, and bounded', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(contextChanges(one, one)).toEqual([]);
        const changes = contextChanges(one, other);
        expect(changes.length > 0).toBe(JSON.stringify(one) !== JSON.stringify(other));
        expect(changes.length).toBeLessThanOrEqual(PAGE_LIMITS.contextChangesMax);
      }),
    );
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, 'x'.repeat(1_000)]));
    const changes = contextChanges({}, many);
    expect(changes).toHaveLength(PAGE_LIMITS.contextChangesMax);
    expect(changes[0]?.after).toHaveLength(PAGE_LIMITS.changeMaxCharacters);
  });
});
