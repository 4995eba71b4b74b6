/**
 * Goal: whoever sends faster than the slowest link takes is slowed down, and nobody is slowed down for ever:
 * who is paused while one link, two, or all together hold, and that every stop ends by itself.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StepClock } from '../../../src/io/memory/step-clock.ts';
import { PEER_LIMITS } from '../../../src/limits/peer.ts';
import { FlowControl } from '../../../src/relay/flow/flow-control.ts';

const KIB = 1_024;
const HIGH = 256 * KIB;
const LOW = 64 * KIB;
const ALL = 16 * 1_024 * KIB;
const SLOW_MS = 5_000;

/** Links whose queues are numbers, under control. */
class Stage {
  readonly clock = new StepClock();
  readonly queues = new Map<string, number>();
  readonly paused = new Set<string>();
  readonly givenUp: string[] = [];
  readonly busy: boolean[] = [];
  readonly flow: FlowControl;

  constructor(limits: Partial<typeof PEER_LIMITS> = {}) {
    this.flow = new FlowControl({
      clock: this.clock,
      limits: { ...PEER_LIMITS, ...limits },
      busyChanged: () => this.busy.push(this.flow.isBusy),
    });
  }

  add(...ids: string[]): this {
    for (const id of ids) {
      this.queues.set(id, 0);
      this.flow.add(
        id,
        {
          pause: () => {
            if (this.paused.has(id)) throw new Error(`${id} is paused twice`);
            this.paused.add(id);
          },
          resume: () => {
            if (!this.paused.delete(id)) throw new Error(`${id} is resumed unpaused`);
          },
        },
        () => this.queueOf(id),
        () => {
          this.givenUp.push(id);
          this.remove(id);
        },
      );
    }
    return this;
  }

  remove(id: string): void {
    this.queues.delete(id);
    this.flow.remove(id);
  }

  queueOf(id: string): number {
    return this.queues.get(id) ?? 0;
  }

  write(id: string, bytes: number): void {
    if (!this.queues.has(id)) return;
    this.queues.set(id, this.queueOf(id) + bytes);
    this.flow.wrote(id);
  }

  take(id: string, bytes: number): void {
    const queued = this.queueOf(id);
    if (queued === 0) return;
    this.queues.set(id, Math.max(0, queued - bytes));
    this.flow.took(id);
  }

  get reading(): string[] {
    return [...this.queues.keys()].filter((id) => !this.paused.has(id));
  }
}

describe('reading', () => {
  test('goes on everywhere while every link is under its high-water mark', () => {
    const stage = new Stage().add('a', 'b', 'c');
    for (const id of ['a', 'b', 'c']) stage.write(id, HIGH);
    expect(stage.reading).toEqual(['a', 'b', 'c']);
    expect([stage.flow.isBusy, stage.flow.isFull, stage.busy]).toEqual([false, false, []]);
    expect(stage.clock.pending).toBe(0);
  });

  test('stops at every other link while one holds, and goes on at its low-water mark', () => {
    const stage = new Stage().add('a', 'b', 'c');
    stage.write('b', HIGH + 1);
    expect(stage.reading).toEqual(['b']);
    expect([stage.flow.isBusy, stage.flow.isFull]).toEqual([true, false]);
    stage.take('b', HIGH + 1 - (LOW + 1));
    expect(stage.reading).toEqual(['b']);
    stage.take('b', 1);
    expect(stage.reading).toEqual(['a', 'b', 'c']);
    expect([stage.flow.isBusy, stage.busy]).toEqual([false, [true, false]]);
  });

  test('stops everywhere while two hold: each of them sends to the other', () => {
    const stage = new Stage().add('a', 'b', 'c');
    stage.write('a', HIGH + 1);
    stage.write('b', HIGH + 1);
    expect(stage.reading).toEqual([]);
    stage.take('a', HIGH + 1);
    expect(stage.reading).toEqual(['b']);
    expect(stage.flow.isBusy).toBe(true);
    stage.take('b', HIGH + 1);
    expect(stage.reading).toEqual(['a', 'b', 'c']);
    expect(stage.busy).toEqual([true, false]);
  });

  test('goes on 250 ms after the last progress, although own input still waits', () => {
    const stage = new Stage().add('a', 'b');
    stage.write('a', HIGH + 1);
    stage.clock.advance(200);
    stage.take('a', 1);
    stage.clock.advance(249);
    expect(stage.reading).toEqual(['a']);
    stage.clock.advance(1);
    expect(stage.reading).toEqual(['a', 'b']);
    expect([stage.flow.isBusy, stage.flow.isFull]).toEqual([true, false]);
  });

  test('goes on after 1 s where the link takes something all the time, at last at its speed', () => {
    const stage = new Stage().add('a', 'b');
    stage.write('a', HIGH + 1);
    for (let tick = 0; tick < 9; tick += 1) {
      stage.clock.advance(100);
      stage.take('a', 1 * KIB);
    }
    stage.clock.advance(99);
    expect(stage.reading).toEqual(['a']);
    stage.clock.advance(1);
    expect(stage.reading).toEqual(['a', 'b']);
    let longestMs = 0;
    for (let [tick, stoppedMs] = [0, 0]; tick < 600; tick += 1) {
      // What comes in is far more than the 100 KiB a second that go out.
      if (stage.reading.includes('b')) stage.write('a', 64 * KIB);
      stage.clock.advance(100);
      stage.take('a', 10 * KIB);
      stoppedMs = stage.reading.includes('b') ? 0 : stoppedMs + 100;
      longestMs = Math.max(longestMs, stoppedMs);
    }
    expect(longestMs).toBeLessThan(2_000);
    expect([stage.givenUp, stage.queueOf('a') > 3 * 1_024 * KIB]).toEqual([[], true]);
  });

  test('stops again over 4 MiB for one link, which then is full, until 64 KiB less wait', () => {
    const stage = new Stage().add('a', 'b');
    stage.write('a', HIGH + 1);
    stage.clock.advance(250);
    stage.write('a', 4 * 1_024 * KIB - (HIGH + 1));
    expect([stage.reading, stage.flow.isFull]).toEqual([['a', 'b'], false]);
    stage.write('a', 1);
    expect([stage.reading, stage.flow.isFull]).toEqual([['a'], true]);
    stage.clock.advance(SLOW_MS - 251);
    stage.take('a', 64 * KIB);
    stage.clock.advance(1_000);
    expect([stage.reading, stage.flow.isFull]).toEqual([['a'], true]);
    stage.take('a', 1);
    expect([stage.reading, stage.flow.isFull, stage.flow.isBusy]).toEqual([['a', 'b'], false, true]);
    stage.write('a', 64 * KIB + 1);
    expect([stage.reading, stage.flow.isFull]).toEqual([['a'], true]);
    stage.take('a', 4 * 1_024 * KIB - 64 * KIB + 1);
    expect([stage.reading, stage.flow.isFull, stage.flow.isBusy]).toEqual([['a', 'b'], false, false]);
  });

  test('of a link that comes up while another holds stops, too', () => {
    const stage = new Stage().add('a');
    stage.write('a', HIGH + 1);
    stage.add('b');
    expect(stage.reading).toEqual(['a']);
  });

  test('goes on where the link that holds goes, and at a link that goes while it is paused', () => {
    const stage = new Stage().add('a', 'b', 'c');
    stage.write('a', HIGH + 1);
    stage.remove('b');
    expect([...stage.paused]).toEqual(['c']);
    stage.remove('a');
    expect([...stage.paused]).toEqual([]);
    expect(stage.busy).toEqual([true, false]);
    stage.remove('a');
    stage.flow.wrote('a');
    stage.flow.took('a');
    expect([...stage.paused]).toEqual([]);
  });
});

describe('who takes nothing', () => {
  test('is given up after 5 s, not before, and told how much waited', () => {
    const stage = new Stage().add('a', 'b');
    stage.write('a', HIGH + 1);
    stage.clock.advance(SLOW_MS - 1);
    expect(stage.givenUp).toEqual([]);
    stage.clock.advance(1);
    expect(stage.givenUp).toEqual(['a']);
    expect([stage.reading, stage.flow.isBusy, stage.clock.pending]).toEqual([['b'], false, 0]);
  });

  test('costs another that is as slow nothing: each has its own 5 s', () => {
    const stage = new Stage().add('a', 'b', 'c');
    stage.write('a', HIGH + 1);
    stage.clock.advance(2_000);
    stage.write('b', HIGH + 1);
    stage.clock.advance(3_000);
    expect(stage.givenUp).toEqual(['a']);
    stage.clock.advance(1_999);
    expect(stage.givenUp).toEqual(['a']);
    stage.clock.advance(1);
    expect(stage.givenUp).toEqual(['a', 'b']);
    expect(stage.reading).toEqual(['c']);
  });
});

describe('all links together', () => {
  const ids = Array.from({ length: 100 }, (_, at) => `link ${at}`);
  /** None of them is over its own high-water mark. */
  const each = Math.floor(ALL / ids.length);

  test('stop all reading over 16 MiB, although none of them is over its high-water mark', () => {
    const stage = new Stage().add(...ids);
    for (const id of ids) stage.write(id, each);
    expect(stage.paused.size).toBe(0);
    stage.write('link 7', ALL - each * ids.length);
    expect([stage.paused.size, stage.flow.isFull]).toEqual([0, false]);
    stage.write('link 7', 1);
    expect([stage.paused.size, stage.flow.isFull, stage.flow.isBusy]).toEqual([100, true, true]);
  });

  test('read again as soon as the links have taken something, whichever they are', () => {
    const stage = new Stage().add(...ids, 'idle');
    for (const id of ids) stage.write(id, each + 100);
    expect(stage.paused.size).toBe(101);
    for (const id of ids) stage.take(id, each + 100);
    expect([stage.paused.size, stage.flow.isFull, stage.flow.isBusy]).toEqual([0, false, false]);
    stage.clock.advance(10_000);
    expect([stage.givenUp, stage.clock.pending]).toEqual([[], 0]);
  });

  test('give up after 5 s who has taken nothing, the one with the longest queue, and no more than needed', () => {
    const stage = new Stage().add(...ids, 'idle');
    for (const id of ids) stage.write(id, each + 100);
    stage.write('link 0', 200);
    stage.write('link 50', 100);
    for (let seconds = 0; seconds < 5; seconds += 1) {
      stage.clock.advance(900);
      stage.take('link 0', 10);
      stage.clock.advance(100);
    }
    expect(stage.givenUp).toEqual(['link 50']);
    expect([stage.paused.size, stage.flow.isBusy, stage.flow.isFull]).toEqual([0, false, false]);
    stage.clock.advance(60_000);
    expect(stage.givenUp).toEqual(['link 50']);
  });

  test('give up who takes less than the floor, so that many who take a byte now and then stop nobody for ever', () => {
    const stage = new Stage().add(...ids);
    for (const id of ids) stage.write(id, each + 100);
    for (let seconds = 0; seconds < 29; seconds += 1) {
      stage.clock.advance(1_000);
      for (const id of ids) stage.take(id, 1);
    }
    expect([stage.givenUp, stage.paused.size]).toEqual([[], 100]);
    stage.clock.advance(1_000);
    expect([stage.givenUp.length, stage.paused.size]).toEqual([1, 0]);
  });

  test('with little that waits nobody is a slow consumer once the others have taken theirs', () => {
    const stage = new Stage().add(...ids, 'little');
    stage.write('little', 10);
    for (const id of ids) stage.write(id, each + 100);
    for (const id of ids) stage.take(id, each + 100);
    stage.clock.advance(60_000);
    expect([stage.givenUp, stage.flow.isBusy]).toEqual([[], false]);
  });
});

test('the end resumes all, and leaves no timer', () => {
  const stage = new Stage().add('a', 'b', 'c');
  stage.write('a', HIGH + 1);
  stage.clock.advance(100);
  stage.write('b', HIGH + 1);
  expect(stage.paused.size).toBe(3);
  stage.flow.stop();
  expect([stage.paused.size, stage.clock.pending, stage.flow.isBusy]).toEqual([0, 0, false]);
});

describe('whatever is written, taken and waited', () => {
  const limits = {
    linkHighWaterBytes: 100,
    linkLowWaterBytes: 25,
    linkQueueMaxBytes: 400,
    queuesMaxBytes: 600,
    slowFloorBytesPerSecond: 1,
  };
  const link = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  const happening = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant('write' as const), link, fc.integer({ min: 1, max: 150 })) },
    { weight: 4, arbitrary: fc.tuple(fc.constant('take' as const), link, fc.integer({ min: 1, max: 300 })) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constant('wait' as const), link, fc.integer({ min: 1, max: 3_000 })),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constant('add' as const), link, fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('remove' as const), link, fc.constant(0)) },
  );

  /** No link is paused 5 s after anybody has made progress or was filled, and none while little waits. */
  function check(stage: Stage, lastMs: number): void {
    const nowMs = stage.clock.now();
    const queues = [...stage.queues.values()];
    const sum = queues.reduce((all, queued) => all + queued, 0);
    if (nowMs - lastMs >= SLOW_MS) expect([...stage.paused]).toEqual([]);
    if (queues.every((queued) => queued <= limits.linkLowWaterBytes) && sum <= limits.queuesMaxBytes)
      expect([stage.paused.size, stage.flow.isBusy]).toEqual([0, false]);
    if (sum > limits.queuesMaxBytes) expect(stage.reading).toEqual([]);
    expect(stage.flow.isFull || sum <= limits.queuesMaxBytes).toBe(true);
  }

  type Happening = readonly ['write' | 'take' | 'wait' | 'add' | 'remove', string, number];

  function happen(stage: Stage, [kind, id, number]: Happening): void {
    if (kind === 'write') stage.write(id, number);
    if (kind === 'take') stage.take(id, number);
    if (kind === 'remove') stage.remove(id);
    if (kind === 'add' && !stage.queues.has(id)) stage.add(id);
  }

  /** True for what may make a stop longer: writing to a link that is over its mark is no such thing. */
  function isProgress(stage: Stage, [kind, id]: Happening): boolean {
    const queued = stage.queueOf(id);
    return kind === 'take' ? queued > 0 : queued <= limits.linkHighWaterBytes;
  }

  function wait(stage: Stage, ms: number, lastMs: number): void {
    for (let left = ms; left > 0; left -= 100) {
      stage.clock.advance(Math.min(left, 100));
      check(stage, lastMs);
    }
  }

  test('no link stays paused for longer than 5 s, and none while nobody holds', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 120 }), (happenings) => {
        const stage = new Stage(limits).add('a', 'b', 'c', 'd');
        let lastMs = 0;
        for (const each of happenings) {
          if (each[0] === 'wait') {
            wait(stage, each[2], lastMs);
            continue;
          }
          if (isProgress(stage, each)) lastMs = stage.clock.now();
          happen(stage, each);
          check(stage, lastMs);
        }
        stage.clock.advance(SLOW_MS);
        expect([stage.paused.size, stage.flow.isBusy]).toEqual([0, false]);
        stage.flow.stop();
        expect(stage.clock.pending).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});
