/**
 * The statecharts of the program as text for docs/ARCHITECTURE.md: a Mermaid diagram and a table of
 * transitions each, generated from the machines themselves, so that the pictures can't rot.
 */
import type { AnyStateMachine } from 'xstate';
import {
  allStates,
  arrowWords,
  type ChartArrow,
  type ChartState,
  readChart,
} from '../src/console/page/inspection/chart.ts';
import { PEER_LIMITS } from '../src/limits/peer.ts';
import { definitionText } from '../src/log/watch/machine-definition.ts';
import { createConnectivityMachine } from '../src/machines/connectivity/machine.ts';
import { createForwardLinkMachine } from '../src/machines/forward-link/machine.ts';
import { createLinkMachine } from '../src/machines/link/machine.ts';
import { createPokeMachine } from '../src/machines/poke/machine.ts';
import { createRoomSessionMachine } from '../src/machines/room-session/machine.ts';
import { createUserMachine } from '../src/machines/user/machine.ts';

/** Only drawn, never run: a port that is called all the same is a bug of this script. */
function never(): never {
  throw new Error('a statechart that is only drawn has run');
}

/** Every statechart of a peer, in the order of the actor tree. */
export function statecharts(): readonly AnyStateMachine[] {
  const limits = PEER_LIMITS;
  const link = createLinkMachine({
    limits,
    nowMs: never,
    connection: never,
    acknowledgement: never,
    hasLostAddress: never,
    hasAddress: never,
    silentMs: never,
    ended: never,
    answered: never,
    ownHandshake: never,
    lastMsgId: never,
    hasRoomForBackward: never,
    isListed: never,
    membersNamed: never,
    tellFault: never,
  });
  const poke = createPokeMachine({ limits, clock: { now: never }, report: never, sendPoke: never });
  const session = createRoomSessionMachine({
    limits,
    roomServer: { host: '127.0.0.1', port: 32_340 },
    report: never,
    connection: never,
    random: never,
    hasMovedFrom: never,
    identify: never,
    compareMembers: never,
    takeMembers: never,
    confirmMembers: never,
    reportJoined: never,
    dropUnasked: never,
  });
  const forwardLink = createForwardLinkMachine({
    limits,
    linkMachine: link,
    report: never,
    nowMs: never,
    random: never,
    isListed: never,
    tellFault: never,
    candidates: never,
    isCandidate: never,
    elders: never,
    isElder: never,
    allowance: {
      dueMs: never,
      dialled: never,
      failed: never,
      answered: never,
      released: never,
      giveSecondChance: never,
      forgive: never,
    },
    compareChoices: never,
    isLinkedToUs: never,
    isBelowUs: never,
    selfHid: never,
  });
  const connectivity = createConnectivityMachine({
    limits,
    report: never,
    nowMs: never,
    unansweredMs: never,
    heard: never,
    firstWrite: never,
    firstSign: never,
    signs: never,
  });
  const user = createUserMachine({
    limits,
    report: never,
    sessionMachine: session,
    connectivityMachine: connectivity,
    addresses: never,
    backwardLinksOf: never,
    forwardLinkMachine: forwardLink,
    linkMachine: link,
    pokeMachine: poke,
    endpoint: never,
    nowMs: never,
    linksUp: never,
    isLinkUp: never,
    backwardLinksUp: never,
    membersNamed: never,
    leadsHere: never,
    canReach: never,
    nicknames: never,
    refusalOf: never,
    keepsUnsent: never,
    flood: never,
    dropConnection: never,
    tellFault: never,
  });
  return [user, session, connectivity, forwardLink, link, poke];
}

/** The chart of a machine, as the page of the web console reads it. */
export function chartOf(machine: AnyStateMachine): ChartState {
  return readChart(definitionText(machine));
}

function allArrows(chart: ChartState): ChartArrow[] {
  return allStates(chart).flatMap(({ arrows }) => arrows);
}

/** The names of a state and of those around it, without the machine's own. */
function pathOf(id: string): readonly string[] {
  return id.split('.').slice(1);
}

function diagramId(id: string): string {
  return pathOf(id).join('_') || id;
}

/** What is done on entry and on exit of a state, and which actors run in it. */
function innerWork({ entry, exit, runs }: ChartState): string[] {
  return [
    ...(entry.length > 0 ? [`entry / ${entry.join(', ')}`] : []),
    ...(exit.length > 0 ? [`exit / ${exit.join(', ')}`] : []),
    ...(runs.length > 0 ? [`runs ${runs.join(', ')}`] : []),
  ];
}

/** Mermaid draws descriptions in simple states only: those of others are notes beside them. */
function drawState(state: ChartState, indent: string): string[] {
  const id = diagramId(state.id);
  const work = innerWork(state);
  if (state.states.length === 0) {
    const lines = work.map((line) => `${indent}${id} : ${line}`);
    return [`${indent}state "${state.key}" as ${id}`, ...lines];
  }
  const start = state.initial === null ? [] : [`${indent}  [*] --> ${diagramId(state.initial)}`];
  const body = state.states.flatMap((inner) => drawState(inner, `${indent}  `));
  const note = work.length === 0 ? [] : [`${indent}note right of ${id} : ${work.join('; ')}`];
  return [`${indent}state "${state.key}" as ${id} {`, ...start, ...body, `${indent}}`, ...note];
}

function label(arrow: ChartArrow): string {
  const guard = arrow.guard === '' ? '' : `[${arrow.guard}]`;
  return [arrowWords(arrow), guard].filter((part) => part !== '').join(' ');
}

/** Mermaid can't draw an arrow from a state into itself: it is drawn from each of the other states in it. */
function moves(arrow: ChartArrow, states: ReadonlyMap<string, ChartState>): string[] {
  return arrow.targets.flatMap((target) => {
    const isInside = target.startsWith(`${arrow.source}.`);
    const sources = isInside ? (states.get(arrow.source)?.states ?? []) : [states.get(arrow.source)];
    return sources
      .filter((source) => source !== undefined && source.id !== target && source.type !== 'final')
      .map((source) => `  ${diagramId(source?.id ?? '')} --> ${diagramId(target)} : ${label(arrow)}`);
  });
}

/**
 * The machine as a Mermaid state diagram: its states with their work, and every transition that goes
 * somewhere.
 */
export function diagram(chart: ChartState): string {
  const states = new Map(allStates(chart).map((state) => [state.id, state]));
  const isParallel = chart.type === 'parallel';
  const start = chart.initial === null ? [] : [`  [*] --> ${diagramId(chart.initial)}`];
  const drawn = chart.states.map((inner) => drawState(inner, isParallel ? '    ' : '  '));
  const body = isParallel
    ? [`  state "${chart.key}" as ${chart.key} {`, ...drawn.flatMap(separated), '  }']
    : [...start, ...drawn.flat()];
  const arrows = allArrows(chart).flatMap((arrow) => moves(arrow, states));
  return ['```mermaid', 'stateDiagram-v2', ...body, ...arrows, '```'].join('\n');
}

function separated(region: readonly string[], at: number): readonly string[] {
  return at > 0 ? ['    --', ...region] : region;
}

function code(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(' ');
}

function nameOf(id: string): string {
  return pathOf(id).join('.') || '(everywhere)';
}

function arrowRow(arrow: ChartArrow): string {
  const to = arrow.targets.length === 0 ? '(stays)' : arrow.targets.map(nameOf).join(', ');
  const guard = arrow.guard === '' ? '' : code([arrow.guard]);
  const words = arrowWords(arrow);
  const event = words === '' ? '(at once)' : code([words]);
  return `| ${nameOf(arrow.source)} | ${event} | ${guard} | ${to} | ${code(arrow.actions)} |`;
}

function stateRows(state: ChartState): string[] {
  const row = (when: string, what: string) => `| ${nameOf(state.id)} | (${when}) |  |  | ${what} |`;
  return [
    ...(state.entry.length > 0 ? [row('on entry', code(state.entry))] : []),
    ...(state.exit.length > 0 ? [row('on exit', code(state.exit))] : []),
    ...(state.runs.length > 0 ? [row('as long as it is in it', `runs ${code(state.runs)}`)] : []),
    ...state.arrows.map(arrowRow),
  ];
}

/**
 * What each state does on entry and on exit, which actors run in it, and every transition of the machine,
 * those that stay included, in the order in which they are tried.
 */
export function transitionTable(chart: ChartState): string {
  const rows = allStates(chart).flatMap(stateRows);
  return ['| in | on | if | to | does |', '|---|---|---|---|---|', ...rows].join('\n');
}

const MARK = /<!-- statechart (\w+) -->[\s\S]*?<!-- end -->/g;

/**
 * Replaces what stands between `<!-- statechart ID -->` and `<!-- end -->` by the statechart of that machine.
 * @throws Error where a machine has no place in the text, or a place no machine.
 */
export function withStatecharts(text: string): string {
  const machines = new Map(statecharts().map((machine) => [machine.id, machine]));
  const filled = text.replace(MARK, (_, id: string) => {
    const machine = machines.get(id);
    if (!machine) throw new Error(`there is no machine ${id}`);
    machines.delete(id);
    const chart = chartOf(machine);
    return `<!-- statechart ${id} -->\n${diagram(chart)}\n\n${transitionTable(chart)}\n<!-- end -->`;
  });
  if (machines.size > 0) throw new Error(`no place for the statecharts ${[...machines.keys()].join(', ')}`);
  return filled;
}
