import * as fc from 'fast-check';
import { debounceTime, delay, interval, NEVER, of, retry, Subject, throwError, timeout, timer } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { assign, createMachine, interpret } from 'xstate';
import { StepClock } from '../../../src/io/memory/step-clock.ts';

describe('StepClock', () => {
  it('starts at 0 or where it is told to, and stands still until it is stepped', () => {
    expect(new StepClock().now()).toBe(0);
    const clock = new StepClock(1_000);
    clock.setTimeout(() => {}, 5);
    expect([clock.now(), clock.pending]).toEqual([1_000, 1]);
  });

  it('sets the time of day alone: no timer is moved, and durations go on', () => {
    const clock = new StepClock(1_000);
    const ran: number[] = [];
    clock.setTimeout(() => ran.push(clock.timeOfDay()), 10);
    clock.setTimeOfDay(50);
    expect([clock.now(), clock.timeOfDay()]).toEqual([1_000, 50]);
    clock.advance(10);
    expect([clock.now(), ...ran]).toEqual([1_010, 60]);
  });

  it('runs timers by due time, those of one instant in the order they were set', () => {
    const clock = new StepClock();
    const ran: string[] = [];
    clock.setTimeout(() => ran.push('late'), 20);
    clock.setTimeout(() => ran.push('first of two'), 10);
    clock.setTimeout(() => ran.push('second of two'), 10);
    clock.setTimeout(() => ran.push('negative'), -5);
    clock.advance(19);
    expect(ran).toEqual(['negative', 'first of two', 'second of two']);
    clock.advance(1);
    expect(ran.at(-1)).toBe('late');
    expect(clock.pending).toBe(0);
  });

  it('tells the due time inside a callback, and the target time after', () => {
    const clock = new StepClock();
    const times: number[] = [];
    clock.setTimeout(() => times.push(clock.now()), 7);
    clock.advance(10);
    expect([...times, clock.now()]).toEqual([7, 10]);
  });

  it('runs the chains that start on the way', () => {
    const clock = new StepClock();
    const times: number[] = [];
    const again = () => {
      times.push(clock.now());
      clock.setTimeout(again, 100);
    };
    clock.setTimeout(again, 100);
    clock.advance(350);
    expect(times).toEqual([100, 200, 300]);
    expect(clock.pending).toBe(1);
  });

  it('does not run a timer that an earlier one of the same step clears', () => {
    const clock = new StepClock();
    const ran: string[] = [];
    clock.setTimeout(() => clock.clearTimeout(second), 10);
    const second = clock.setTimeout(() => ran.push('second'), 10);
    clock.setTimeout(() => ran.push('third'), 10);
    clock.advance(10);
    expect(ran).toEqual(['third']);
  });

  it('ignores to clear what is no timer, or no longer one', () => {
    const clock = new StepClock();
    const ran: string[] = [];
    const done = clock.setTimeout(() => ran.push('done'), 1);
    clock.runNext();
    clock.setTimeout(() => ran.push('other'), 1);
    clock.clearTimeout(done);
    clock.clearTimeout(undefined);
    clock.clearTimeout(new StepClock().setTimeout(() => {}, 1));
    clock.advance(1);
    expect(ran).toEqual(['done', 'other']);
  });

  it('jumps to the next timer and runs it alone', () => {
    const clock = new StepClock();
    const ran: number[] = [];
    clock.setTimeout(() => ran.push(1), 5_000);
    clock.setTimeout(() => ran.push(2), 5_000);
    expect([clock.runNext(), clock.now(), [...ran]]).toEqual([true, 5_000, [1]]);
    expect([clock.runNext(), clock.runNext()]).toEqual([true, false]);
    expect(ran).toEqual([1, 2]);
  });

  it('lets an error out and loses no timer by it', () => {
    const clock = new StepClock();
    const ran: number[] = [];
    clock.setTimeout(() => {
      throw new Error('thrown on purpose');
    }, 10);
    clock.setTimeout(() => ran.push(clock.now()), 10);
    clock.setTimeout(() => ran.push(clock.now()), 20);
    expect(() => clock.advance(100)).toThrow('thrown on purpose');
    expect([clock.now(), clock.pending]).toEqual([10, 2]);
    clock.advance(90);
    expect([...ran, clock.now()]).toEqual([10, 20, 100]);
  });

  it('refuses to be stepped by its own timer, to go back, and to wait for no number', () => {
    const clock = new StepClock();
    clock.setTimeout(() => clock.advance(1), 1);
    expect(() => clock.runNext()).toThrow("can't step the clock");
    expect(() => clock.advance(-1)).toThrow(RangeError);
    expect(() => clock.setTimeout(() => {}, Number.NaN)).toThrow(RangeError);
    expect(() => clock.setTimeout(() => {}, 2 ** 31)).toThrow(RangeError);
  });

  it('tells a loop without delay instead of hanging', () => {
    const clock = new StepClock();
    const again = () => {
      clock.setTimeout(again, 0);
    };
    again();
    expect(() => clock.advance(1)).toThrow('for ever');
  });

  it('keeps the order when a cleared timer is replaced by one of another branch of its heap', () => {
    const clock = new StepClock();
    const times: number[] = [];
    const timers = [1, 10, 2, 11, 12, 5, 3, 13, 14, 15, 16, 6, 7, 8, 4].map((delayMs) =>
      clock.setTimeout(() => times.push(delayMs), delayMs),
    );
    clock.clearTimeout(timers[7]);
    clock.advance(20);
    expect(times).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 15, 16]);
  });

  it('runs any mix of timers, some of them cleared, as a sorted list would', () => {
    const delays = fc.array(fc.record({ delayMs: fc.nat(20), cleared: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(delays, (timers) => {
        const clock = new StepClock();
        const ran: number[] = [];
        const handles = timers.map(({ delayMs }, index) => clock.setTimeout(() => ran.push(index), delayMs));
        timers.forEach(({ cleared }, index) => {
          if (cleared) clock.clearTimeout(handles[index]);
        });
        const expected = timers
          .map((options, index) => ({ ...options, index }))
          .filter(({ cleared }) => !cleared)
          .sort((a, b) => a.delayMs - b.delayMs || a.index - b.index);
        expect(clock.pending).toBe(expected.length);
        clock.advance(20);
        expect(ran).toEqual(expected.map(({ index }) => index));
      }),
    );
  });
});

describe('StepClock as a scheduler of RxJS', () => {
  it('drives interval, and stops with its subscription', () => {
    const clock = new StepClock();
    const times: number[] = [];
    const subscription = interval(100, clock).subscribe(() => times.push(clock.now()));
    clock.advance(350);
    expect(times).toEqual([100, 200, 300]);
    subscription.unsubscribe();
    expect(clock.pending).toBe(0);
  });

  it('drives debounceTime', () => {
    const clock = new StepClock();
    const source = new Subject<string>();
    const seen: string[] = [];
    source.pipe(debounceTime(50, clock)).subscribe((value) => seen.push(`${value} ${clock.now()}`));
    source.next('a');
    clock.advance(30);
    source.next('b');
    clock.advance(49);
    expect(seen).toEqual([]);
    clock.advance(1);
    expect(seen).toEqual(['b 80']);
  });

  it('drives delay', () => {
    const clock = new StepClock();
    const seen: string[] = [];
    of('a', 'b')
      .pipe(delay(10, clock))
      .subscribe((value) => seen.push(`${value} ${clock.now()}`));
    clock.advance(9);
    expect(seen).toEqual([]);
    clock.advance(1);
    expect(seen).toEqual(['a 10', 'b 10']);
  });

  it('drives timeout, which sets no timer that outlives it', () => {
    const clock = new StepClock();
    const failedAt: number[] = [];
    NEVER.pipe(timeout({ each: 40, scheduler: clock })).subscribe({
      error: () => failedAt.push(clock.now()),
    });
    of(1)
      .pipe(timeout({ each: 40, scheduler: clock }))
      .subscribe();
    expect(clock.pending).toBe(1);
    clock.advance(100);
    expect(failedAt).toEqual([40]);
  });

  it('drives retry with a timer as its pause', () => {
    const clock = new StepClock();
    const failedAt: number[] = [];
    let attempts = 0;
    throwError(() => {
      attempts += 1;
      return new Error('again');
    })
      .pipe(retry({ count: 3, delay: (_error, count) => timer(10 * 2 ** count, clock) }))
      .subscribe({ error: () => failedAt.push(clock.now()) });
    clock.advance(1_000);
    expect([attempts, failedAt]).toEqual([4, [20 + 40 + 80]]);
  });
});

describe('StepClock as the clock of XState', () => {
  it('fires a chain of 100 ms ten times in 1000 ms', () => {
    const clock = new StepClock();
    const times: number[] = [];
    const machine = createMachine({
      predictableActionArguments: true,
      schema: { context: {} as { ticks: number } },
      context: { ticks: 0 },
      initial: 'waiting',
      states: {
        waiting: {
          after: {
            100: {
              target: 'waiting',
              actions: [assign({ ticks: ({ ticks }) => ticks + 1 }), () => times.push(clock.now())],
            },
          },
        },
      },
    });
    const service = interpret(machine, { clock }).start();
    clock.advance(1_000);
    expect(service.getSnapshot().context.ticks).toBe(10);
    expect(times).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
    service.stop();
    expect(clock.pending).toBe(0);
  });

  it('cancels the delayed transition of a state that is left in the same instant', () => {
    const clock = new StepClock();
    const machine = createMachine({
      predictableActionArguments: true,
      initial: 'waiting',
      states: {
        waiting: { on: { LEAVE: 'left' }, after: { 100: 'late' } },
        left: {},
        late: {},
      },
    });
    clock.setTimeout(() => service.send('LEAVE'), 100);
    const service = interpret(machine, { clock }).start();
    clock.advance(100);
    expect(service.getSnapshot().value).toBe('left');
  });
});
