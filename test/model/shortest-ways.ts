/**
 * The states of a machine and the shortest way to each, as @xstate/graph finds them, for moves that are more
 * than events.
 */
import { getShortestPaths } from '@xstate/graph';
import type { AnyEventObject, AnyState, AnyStateMachine } from 'xstate';

/** A machine as a map. */
export interface Territory<Move extends { readonly name: string }> {
  readonly machine: AnyStateMachine;
  /** Each has a name of its own. */
  readonly moves: readonly Move[];
  /** @xstate/graph tries a move where the machine's state has a transition for this event. */
  offeredUnder(move: Move): string;
  next(state: AnyState, move: Move): AnyState;
  /** What makes two states one. */
  serialize(state: AnyState): string;
  /** False for states that are left out, where there would be infinitely many. */
  filter?(state: AnyState): boolean;
}

/** One step of a way, and the state that it begins in. */
export interface Leg<Move> {
  readonly from: AnyState;
  readonly move: Move;
}

/** Every state, serialized, with the shortest way to it. */
export function shortestWays<Move extends { readonly name: string }>(
  territory: Territory<Move>,
): Map<string, readonly Leg<Move>[]> {
  const { machine, moves, filter } = territory;
  const byName = new Map(moves.map((move) => [move.name, move]));
  if (byName.size < moves.length) throw new Error('two moves have one name');
  const moveOf = ({ name }: AnyEventObject): Move => {
    const move = byName.get(name);
    if (!move) throw new Error(`${name} is no move`);
    return move;
  };
  // A type without an entry would be tried as a bare event, and `always` is no event at all.
  const types = ['', ...machine.events];
  const events = Object.fromEntries(types.map((type) => [type, [] as AnyEventObject[]]));
  for (const move of moves) events[territory.offeredUnder(move)]?.push({ type: '', name: move.name });
  const graph = Object.create(machine, {
    initialState: { value: machine.initialState },
    transition: { value: (state: AnyState, event: AnyEventObject) => territory.next(state, moveOf(event)) },
  });
  const found = getShortestPaths(graph as AnyStateMachine, {
    events,
    stateSerializer: (state) => territory.serialize(state),
    filter: (state) => filter?.call(territory, state) ?? true,
  });
  const legs = (serial: string) => found[serial]?.paths[0]?.segments ?? [];
  return new Map(
    Object.keys(found).map((serial) => [
      serial,
      legs(serial).map(({ state, event }) => ({ from: state, move: moveOf(event) })),
    ]),
  );
}
