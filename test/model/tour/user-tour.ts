/**
 * The full tour of a user: every state of the user machine that @xstate/graph finds × everything that can
 * happen, with a real peer. After every step the peer must be where the machine says, and must have shown
 * what the machine says. As long as nothing has changed, or a way leads on, the same peer goes on; else the
 * curtain falls, and rises for a new one.
 */
import { expect } from 'vitest';
import type { AnyState } from 'xstate';
import type { Address } from '../../e2e/tools/wire.ts';
import type { Coverage } from '../coverage.ts';
import { type Leg, shortestWays } from '../shortest-ways.ts';
import type { Happening } from './happenings.ts';
import type { Cast, Stage } from './stage.ts';
import { linksUp, placeIn, toldState, UserModel } from './user-model.ts';

/** Links of the deepest state: one of several can be lost, and the last. */
const LINKS_MAX = 2;

/**
 * Lines of the machine's children, and of the face: the marker of a process that has settled, the table of
 * /status.
 */
const NOT_OURS = [
  /^\[cmd\] (Listening on|Joined |Rooms: |There are no rooms|Forward link|No forward link|Nobody to set up)/,
  /^\[cmd\] (Connection to|Connected to|Cannot reach|The room server|Dropped|Poke sent to|\S+ answered the poke)/,
  // What is wrong with a neighbour (src/words/faults.ts).
  /^\[cmd\] (A from \S+ answers no poke|\S+ has too many connections|\S+( \(\S+\))?: (no [PS] within|not in the member list))/,
  /^\[cmd\] [KPT] (from|for) |^\[cmd\] \S+ \(\S+\) (refused us|pokes more)/,
  /^\[cmd\] (No rooms are known yet|There are no more pages|There are \d+ pages|Counters *$|.* {2})/,
];

function isOurs(line: string): boolean {
  return !NOT_OURS.some((pattern) => pattern.test(line));
}

const STATE_LINE = /^\[cmd\] ([A-Z]+ → [A-Z]+|Goodbye)\.$/;

/** What the user must be told of the states that these events have led through: each change, once. */
function stateLines(before: AnyState, events: readonly string[]): string[] {
  const states = [toldState(before), ...events.map((event) => event.replace(/.* → /, ''))];
  const tops = states.map((state) => state.replace(/\..*/, ''));
  return tops.slice(1).flatMap((to, index) => {
    if (to === tops[index]) return [];
    return to === 'TERMINATED' ? '[cmd] Goodbye.' : `[cmd] ${tops[index]} → ${to}.`;
  });
}

/** Names matter for the ways, addresses do not. */
function anybody(user: string): Address {
  return { user, ip: '10.0.0.9', port: 1 };
}

const ANY_CAST: Cast = {
  alice: anybody('alice'),
  bob: anybody('bob'),
  callers: ['carol', 'dave', 'erin'].map(anybody),
  stranger: anybody('mallory'),
};

/** The machine as a map: where a happening leads, and the shortest way to every place. */
class Chart {
  readonly ways: ReadonlyMap<string, readonly Leg<Happening>[]>;
  readonly #model: UserModel;

  constructor(alphabet: readonly Happening[]) {
    this.#model = new UserModel(ANY_CAST);
    this.ways = shortestWays({
      machine: this.#model.machine,
      moves: alphabet,
      // It is possible in every state but the last.
      offeredUnder: () => 'QUIT',
      next: (state, happening) => this.after(state, happening),
      serialize: placeIn,
      filter: (state) => linksUp(state) <= LINKS_MAX,
    });
  }

  after(state: AnyState, happening: Happening): AnyState {
    this.#model.state = state;
    happening.tell(this.#model);
    return this.#model.state;
  }
}

/** The tour, see above. */
export class UserTour {
  readonly #chart: Chart;
  /** What is still to be tried, by place. */
  readonly #agenda: ReadonlyMap<string, Set<Happening>>;
  readonly #open: () => Promise<Stage>;
  readonly #coverage: Coverage;

  constructor(open: () => Promise<Stage>, alphabet: readonly Happening[], coverage: Coverage) {
    this.#open = open;
    this.#coverage = coverage;
    this.#chart = new Chart(alphabet);
    this.#agenda = new Map([...this.#chart.ways.keys()].map((place) => [place, new Set(alphabet)]));
  }

  async run(): Promise<void> {
    for (let left = this.#left(); left > 0; left = this.#left()) {
      await this.#play();
      if (this.#left() === left) throw new Error('the tour does not come on');
    }
  }

  async #play(): Promise<void> {
    const stage = await this.#open();
    const play = new Play(stage, new UserModel(stage.cast, this.#coverage));
    for (let next = this.#next(play.model); next; next = this.#next(play.model)) {
      this.#agenda.get(play.model.place)?.delete(next);
      await play.perform(next);
    }
    await stage.close();
  }

  /** Pairs of a place and a happening that are still to be tried. */
  #left(): number {
    return [...this.#agenda.values()].reduce((sum, todo) => sum + todo.size, 0);
  }

  /** What leaves everything as it is, what leads to another place, a way on, and the end: in this order. */
  #next({ state, place }: UserModel): Happening | undefined {
    const todo = [...(this.#agenda.get(place) ?? [])];
    const stays = todo.find((each) => placeIn(this.#chart.after(state, each)) === place);
    const moves = todo.find((each) => !this.#chart.after(state, each).done);
    return stays ?? moves ?? this.#wayOn(place) ?? todo[0];
  }

  #wayOn(place: string): Happening | undefined {
    for (const [target, way] of this.#chart.ways) {
      const leg = way.find(({ from }) => placeIn(from) === place);
      if (leg && this.#agenda.get(target)?.size) return leg.move;
    }
    return undefined;
  }
}

/** One peer and its model in lockstep. */
class Play {
  readonly model: UserModel;
  readonly #stage: Stage;
  readonly #done: string[] = [];
  #linesSeen: number;

  constructor(stage: Stage, model: UserModel) {
    this.#stage = stage;
    this.model = model;
    this.#linesSeen = stage.lines.length;
  }

  /** Makes it happen, and holds what the peer does against the machine. */
  async perform(happening: Happening): Promise<void> {
    const { model } = this;
    this.#done.push(`${model.place}: ${happening.name}`);
    const before = model.state;
    model.lines = [];
    model.events = [];
    happening.tell(model);
    const after = model.state;
    model.state = before;
    await (model.isOver ? happening.afterEnd(this.#stage) : happening.by(this.#stage, model));
    model.state = after;
    const is = await this.#outcome();
    const shouldBe = {
      shown: model.lines.filter(isOurs),
      events: is.events && model.events,
      state: is.state && toldState(after),
    };
    expect({ after: this.#done, ...is }).toEqual({ after: this.#done, ...shouldBe });
    expect(is.shown.filter((line) => STATE_LINE.test(line))).toEqual(stateLines(before, model.events));
  }

  /** What has come of it, as far as it can be seen; what is typed behind a Join has no answer yet. */
  async #outcome() {
    const stage = this.#stage;
    const ours = () => stage.lines.slice(this.#linesSeen).filter(isOurs);
    await stage.until('what is to be shown', () => ours().length >= this.model.lines.filter(isOurs).length);
    const isHeld = stage.holdsWhileJoining && this.model.is('NAMED.JOINING');
    if (!isHeld) await stage.settle();
    const shown = ours();
    this.#linesSeen = stage.lines.length;
    return { shown, events: stage.events?.(), state: isHeld ? undefined : await stage.state() };
  }
}
