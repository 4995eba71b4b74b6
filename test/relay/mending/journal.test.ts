/**
 * Goal: what was said in the last minutes is told again byte for byte, in order, and the journal takes no
 * more memory than its bounds say.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { Journal, type JournalEntry } from '../../../src/relay/mending/journal.ts';
import { chunkOf, type Said, wireOf } from '../texts.ts';

const BLOCK_BYTES = 65_536;
const MINUTE_MS = 60_000;
const everybody = () => true;

function journalOf(limits: Partial<typeof PEER_LIMITS> = {}): Journal {
  return new Journal({ ...PEER_LIMITS, ...limits });
}

function wire(entries: readonly JournalEntry[]): string[] {
  return entries.map(({ text }) => text.bytes.toString('latin1'));
}

/** `hid:msgId` of each. */
function names(entries: readonly JournalEntry[]): string[] {
  return entries.map(({ text }) => `${text.originHid}:${text.msgId}`);
}

/** A message of exactly so many bytes on the wire. */
function ofBytes(bytes: number, hid: string, msgId: number): Said {
  const least = wireOf({ hid, msgId, content: '' }).length;
  // The length is written with as many digits as it has.
  for (let digits = 1; ; digits += 1) {
    const content = 'x'.repeat(bytes - least + 1 - digits);
    if (String(content.length).length === digits) return { hid, msgId, content };
  }
}

describe('what came in', () => {
  test('is told byte for byte, in order, with its time and from whom; own and others', () => {
    const journal = journalOf();
    const said: Said[] = [
      { hid: '1', msgId: 7, content: 'a:b' },
      { hid: '1', msgId: 8, content: 'x::\r\ny' },
      { hid: '2', msgId: 1, content: '' },
      { hid: '1', msgId: 9, content: '\xe9\0' },
    ];
    journal.add(chunkOf(...said), '5', 1_000);
    journal.add(chunkOf({ hid: '3', msgId: 1 }), null, 2_000);
    const entries = journal.since(0, 2_000, everybody);
    expect(wire(entries)).toEqual([
      'T:room:1:user1:7:3:a:b::\r\n',
      'T:room:1:user1:8:6:x::\r\ny::\r\n',
      'T:room:2:user2:1:0:::\r\n',
      'T:room:1:user1:9:2:\xe9\0::\r\n',
      'T:room:3:user3:1:5:hello::\r\n',
    ]);
    expect(entries.map(({ atMs }) => atMs)).toEqual([1_000, 1_000, 1_000, 1_000, 2_000]);
    expect(entries.map(({ fromHid }) => fromHid)).toEqual(['5', '5', '5', '5', null]);
  });

  test('is a copy: neither the chunk that it came in nor a block that is forgotten changes it', () => {
    const journal = journalOf({ journalMaxBytes: BLOCK_BYTES });
    const texts = chunkOf({ hid: '1', msgId: 1, content: 'kept' });
    journal.add(texts, '1', 0);
    texts[0]?.buffer.fill(0);
    const entries = journal.since(0, 0, everybody);
    for (let msgId = 2; msgId < 400; msgId += 1) journal.add(chunkOf(ofBytes(400, '1', msgId)), '1', 1);
    expect(wire(entries)).toEqual(['T:room:1:user1:1:4:kept::\r\n']);
  });

  test('is told from a moment on, that moment included', () => {
    const journal = journalOf();
    for (const atMs of [1_000, 2_000, 3_000]) journal.add(chunkOf({ hid: '1', msgId: atMs }), '1', atMs);
    expect(names(journal.since(2_000, 3_000, everybody))).toEqual(['1:2000', '1:3000']);
    expect(names(journal.since(2_001, 3_000, everybody))).toEqual(['1:3000']);
    expect(names(journal.since(3_001, 3_001, everybody))).toEqual([]);
  });

  test('is told of the origins that are asked for, each run of one origin asked once', () => {
    const journal = journalOf();
    journal.add(chunkOf(...['1', '1', '2', '1'].map((hid, at) => ({ hid, msgId: at }))), '5', 0);
    const asked: string[] = [];
    const entries = journal.since(0, 0, (hid) => {
      asked.push(hid);
      return hid === '1';
    });
    expect(names(entries)).toEqual(['1:0', '1:1', '1:3']);
    expect(asked).toEqual(['1', '2', '1']);
  });

  test('is told where texts of one origin lie apart in their chunk', () => {
    const journal = journalOf();
    const [first, , third] = chunkOf(...[1, 2, 3].map((msgId) => ({ hid: '1', msgId })));
    if (!first || !third) throw new Error('three texts');
    journal.add([first, third], '1', 0);
    expect(names(journal.since(0, 0, everybody))).toEqual(['1:1', '1:3']);
  });

  test('is told where one chunk holds more than 64 KiB of one origin', () => {
    const journal = journalOf();
    const said = Array.from({ length: 500 }, (_, at) => ofBytes(300, '1', 1_000 + at));
    journal.add(chunkOf(...said), '1', 0);
    expect(wire(journal.since(0, 0, everybody))).toEqual(said.map(wireOf));
    // 218 frames of 300 bytes in a block of 65,536.
    expect(journal.heldBytes).toBe(3 * BLOCK_BYTES);
  });

  test('is told where a run is exactly 64 KiB, and one byte more', () => {
    const exactly = [
      ...Array.from({ length: 8 }, (_, at) => ofBytes(8_000, '1', 1 + at)),
      ofBytes(1_536, '1', 9),
    ];
    const journal = journalOf();
    journal.add(chunkOf(...exactly), '1', 0);
    expect(journal.heldBytes).toBe(BLOCK_BYTES);
    expect(wire(journal.since(0, 0, everybody))).toEqual(exactly.map(wireOf));
    const more = [...exactly.slice(0, -1), ofBytes(1_537, '1', 9)];
    const other = journalOf();
    other.add(chunkOf(...more), '1', 0);
    expect(other.heldBytes).toBe(2 * BLOCK_BYTES);
    expect(wire(other.since(0, 0, everybody))).toEqual(more.map(wireOf));
  });
});

describe('the bounds', () => {
  test('of time: 10 minutes, and not a millisecond more', () => {
    const journal = journalOf();
    journal.add(chunkOf({ hid: '1', msgId: 1 }), '1', 1_000);
    expect(names(journal.since(0, 1_000 + 10 * MINUTE_MS, everybody))).toEqual(['1:1']);
    expect(names(journal.since(0, 1_001 + 10 * MINUTE_MS, everybody))).toEqual([]);
    expect(journal.heldBytes).toBe(0);
  });

  test('of time, also where old and new are in one block', () => {
    const journal = journalOf();
    journal.add(chunkOf({ hid: '1', msgId: 1 }), '1', 0);
    journal.add(chunkOf({ hid: '1', msgId: 2 }), '1', MINUTE_MS);
    expect(names(journal.since(0, 10 * MINUTE_MS + 1, everybody))).toEqual(['1:2']);
  });

  test('of bytes: 8 MiB, used or not; the oldest goes first', () => {
    const journal = journalOf();
    // 16 frames of 4,096 bytes fill a block; 128 blocks are 8 MiB.
    for (let msgId = 1; msgId <= 2_048; msgId += 1) journal.add(chunkOf(ofBytes(4_096, '1', msgId)), '1', 0);
    expect(journal.heldBytes).toBe(8_388_608);
    expect(names(journal.since(0, 0, everybody))).toHaveLength(2_048);
    journal.add(chunkOf(ofBytes(4_096, '1', 2_049)), '1', 0);
    expect(journal.heldBytes).toBe(8_388_608);
    const left = names(journal.since(0, 0, everybody));
    expect([left[0], left.at(-1), left.length]).toEqual(['1:17', '1:2049', 2_049 - 16]);
  });

  test('of runs: 32,768', () => {
    const journal = journalOf();
    const said = Array.from({ length: 32_768 }, (_, at) => ({ hid: String(1 + (at % 2)), msgId: at }));
    for (let at = 0; at < said.length; at += 128) journal.add(chunkOf(...said.slice(at, at + 128)), '5', 0);
    expect(journal.since(0, 0, everybody)).toHaveLength(32_768);
    journal.add(chunkOf({ hid: '9', msgId: 1 }), '5', 0);
    const left = names(journal.since(0, 0, everybody));
    expect(left.at(-1)).toBe('9:1');
    expect(left.length).toBeGreaterThan(32_768 - 3_000);
    expect(left.length).toBeLessThanOrEqual(32_768);
  });
});

describe('an incarnation that is over', () => {
  function twoIncarnations(): Journal {
    const journal = journalOf();
    journal.add(chunkOf(...[1, 2, 3].map((msgId) => ({ hid: '1', msgId }))), '5', 0);
    journal.add(chunkOf({ hid: '2', msgId: 3 }), '5', 0);
    journal.forget('1', 2);
    return journal;
  }

  test('is not told any more, from the ID on that showed its end; other origins are', () => {
    expect(names(twoIncarnations().since(0, 0, everybody))).toEqual(['1:1', '2:3']);
  });

  test('leaves the new one alone, whose IDs are the same', () => {
    const journal = twoIncarnations();
    journal.add(chunkOf({ hid: '1', msgId: 2 }, { hid: '1', msgId: 3 }), '5', 1);
    expect(names(journal.since(0, 1, everybody))).toEqual(['1:1', '2:3', '1:2', '1:3']);
  });

  test('is forgotten further where a third begins, never less', () => {
    const journal = twoIncarnations();
    journal.add(chunkOf({ hid: '1', msgId: 2 }, { hid: '1', msgId: 3 }), '5', 1);
    journal.forget('1', 3);
    expect(names(journal.since(0, 1, everybody))).toEqual(['1:1', '2:3', '1:2']);
    journal.forget('1', 0);
    expect(names(journal.since(0, 1, everybody))).toEqual(['2:3']);
    journal.forget('1', 5);
    expect(names(journal.since(0, 1, everybody))).toEqual(['2:3']);
  });
});

test('from whom a message came is known by origin, ID and neighbour', () => {
  const journal = journalOf();
  const [seven, eight] = chunkOf({ hid: '1', msgId: 7 }, { hid: '1', msgId: 8 });
  const [other] = chunkOf({ hid: '2', msgId: 7 });
  if (!seven || !eight || !other) throw new Error('three texts');
  journal.add([seven], '5', 0);
  journal.add([eight], null, 0);
  expect([journal.cameFrom('5', seven), journal.cameFrom('6', seven)]).toEqual([true, false]);
  expect([journal.cameFrom('5', eight), journal.cameFrom('5', other)]).toEqual([false, false]);
});

describe('against a list of all that was said', () => {
  const JOURNAL_MS = 1_000;
  const happening = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('add' as const),
        said: fc.array(
          fc.record({
            hid: fc.constantFrom('1', '2', '3'),
            msgId: fc.nat(9),
            content: fc.constantFrom('', 'a', '::\r\n', 'x'.repeat(499)),
          }),
          { minLength: 1, maxLength: 30 },
        ),
        fromHid: fc.constantFrom('8', '9', null),
        afterMs: fc.nat(200),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('forget' as const),
        hid: fc.constantFrom('1', '2', '3'),
        msgId: fc.nat(9),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('ask' as const), agoMs: fc.nat(1_500) }) },
  );

  test('nothing is missing, doubled, changed or out of order', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (happenings) => {
        const journal = journalOf({ journalMs: JOURNAL_MS });
        let all: (Said & { readonly fromHid: string | null; readonly atMs: number })[] = [];
        let nowMs = 0;
        for (const each of happenings) {
          if (each.kind === 'add') {
            nowMs += each.afterMs;
            journal.add(chunkOf(...each.said), each.fromHid, nowMs);
            all.push(...each.said.map((said) => ({ ...said, fromHid: each.fromHid, atMs: nowMs })));
          } else if (each.kind === 'forget') {
            journal.forget(each.hid, each.msgId);
            all = all.filter(({ hid, msgId }) => hid !== each.hid || msgId < each.msgId);
          } else {
            const sinceMs = Math.max(nowMs - each.agoMs, nowMs - JOURNAL_MS);
            const expected = all.filter(({ atMs, hid }) => atMs >= sinceMs && hid !== '3');
            const entries = journal.since(nowMs - each.agoMs, nowMs, (hid) => hid !== '3');
            expect(wire(entries)).toEqual(expected.map(wireOf));
            expect(entries.map(({ fromHid, atMs }) => [fromHid, atMs])).toEqual(
              expected.map(({ fromHid, atMs }) => [fromHid, atMs]),
            );
          }
        }
      }),
    );
  });
});

test('what is told does not change when the memory that it was kept in is used again', () => {
  const journal = journalOf({ journalMaxBytes: 2 * BLOCK_BYTES });
  journal.add(chunkOf({ hid: '1', msgId: 1, content: 'the first' }), null, 0);
  const told = journal.since(0, 0, everybody);
  const before = wire(told);
  for (let msgId = 2; msgId < 200; msgId += 1) journal.add(chunkOf(ofBytes(4_096, '2', msgId)), null, 0);
  expect(journal.heldBytes).toBeLessThanOrEqual(2 * BLOCK_BYTES);
  expect(wire(told)).toEqual(before);
  const kept = journal.since(0, 0, everybody);
  const last = Array.from({ length: kept.length }, (_, at) => `2:${200 - kept.length + at}`);
  expect(names(kept)).toEqual(last);
});
