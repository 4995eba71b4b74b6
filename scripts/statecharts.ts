/**
 * The statecharts of the program as text for docs/ARCHITECTURE.md: a Mermaid diagram and a table of
 * transitions each, generated from the machines themselves, so that the pictures can't rot.
 */
import { PEER_LIMITS } from '../src/limits.ts';
import { createConnectivityMachine } from '../src/machines/connectivity.machine.ts';
import { createForwardLinkMachine } from '../src/machines/forward-link.machine.ts';
import { createLinkMachine } from '../src/machines/link.machine.ts';
import { createPokeMachine } from '../src/machines/poke.machine.ts';
import { createRoomSessionMachine } from '../src/machines/room-session.machine.ts';
import { createUserMachine } from '../src/machines/user.machine.ts';

/** What is drawn of a machine and of each of its states: in XState 4 both are the same thing. */
export interface ChartNode {
  readonly id: string;
  readonly key: string;
  readonly path: readonly string[];
  readonly type: string;
  readonly initial?: unknown;
  readonly states: Readonly<Record<string, ChartNode>>;
  readonly transitions: readonly {
    readonly eventType: string;
    readonly target?: readonly ChartNode[] | undefined;
    readonly cond?: { readonly type: string; readonly name?: string | undefined } | undefined;
    readonly actions: readonly { readonly type: string }[];
  }[];
}

/** Only drawn, never run: a port that is called all the same is a bug of this script. */
function never(): never {
  throw new Error('a statechart that is only drawn has run');
}

/** Every statechart of a peer, in the order of the actor tree. */
export function statecharts(): readonly ChartNode[] {
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
    admit: never,
    hasRoomForBackward: never,
    isListed: never,
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
    enterRoom: never,
    dropUnasked: never,
    replaceMembers: never,
  });
  const forwardLink = createForwardLinkMachine({
    limits,
    linkMachine: link,
    report: never,
    nowMs: never,
    random: never,
    isListed: never,
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
    hasListChanged: never,
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
  });
  return [user, session, connectivity, forwardLink, link, poke];
}

interface Arrow {
  readonly from: ChartNode;
  /** Empty for a transition that stays where it is. */
  readonly to: readonly ChartNode[];
  readonly event: string;
  readonly guard: string;
  readonly actions: readonly string[];
}

function eventWords(eventType: string): string {
  const after = /^xstate\.after\((.+?)\)/.exec(eventType);
  return after ? `after ${after[1]}` : eventType;
}

function arrows(node: ChartNode): Arrow[] {
  const own = node.transitions.map((transition) => ({
    from: node,
    to: transition.target ?? [],
    event: eventWords(transition.eventType),
    guard: transition.cond?.name ?? '',
    actions: transition.actions.map((action) => action.type),
  }));
  return [...own, ...children(node).flatMap(arrows)];
}

function children(node: ChartNode): ChartNode[] {
  return Object.values(node.states);
}

function diagramId(node: ChartNode): string {
  return node.path.join('_') || node.key;
}

function drawNode(node: ChartNode, indent: string): string[] {
  const inner = children(node);
  if (inner.length === 0) return [`${indent}state "${node.key}" as ${diagramId(node)}`];
  const initial = typeof node.initial === 'string' ? node.states[node.initial] : undefined;
  const start = initial ? [`${indent}  [*] --> ${diagramId(initial)}`] : [];
  const body = inner.flatMap((child) => drawNode(child, `${indent}  `));
  return [`${indent}state "${node.key}" as ${diagramId(node)} {`, ...start, ...body, `${indent}}`];
}

function label({ event, guard }: Arrow): string {
  return [event, guard === '' ? '' : `[${guard}]`].filter((part) => part !== '').join(' ');
}

function isInside(node: ChartNode, outer: ChartNode): boolean {
  return node !== outer && outer.path.every((key, at) => node.path[at] === key);
}

/** Mermaid can't draw an arrow from a state into itself: it is drawn from each of the other states in it. */
function moves({ from, to, ...rest }: Arrow): string[] {
  return to.flatMap((target) => {
    const sources = isInside(target, from) ? children(from) : [from];
    return sources
      .filter((source) => source !== target && source.type !== 'final')
      .map((source) => `  ${diagramId(source)} --> ${diagramId(target)} : ${label({ from, to, ...rest })}`);
  });
}

/** The machine as a Mermaid state diagram: the states and every transition that goes somewhere. */
export function diagram(machine: ChartNode): string {
  const isParallel = machine.type === 'parallel';
  const start = typeof machine.initial === 'string' ? [`  [*] --> ${machine.initial}`] : [];
  const states = children(machine).map((child) => drawNode(child, isParallel ? '    ' : '  '));
  const body = isParallel
    ? [`  state "${machine.key}" as ${machine.key} {`, ...states.flatMap(separated), '  }']
    : [...start, ...states.flat()];
  return ['```mermaid', 'stateDiagram-v2', ...body, ...arrows(machine).flatMap(moves), '```'].join('\n');
}

function separated(region: readonly string[], at: number): readonly string[] {
  return at > 0 ? ['    --', ...region] : region;
}

function code(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(' ');
}

function tableRow(arrow: Arrow, machine: ChartNode): string {
  const name = (node: ChartNode) => (node === machine ? '(everywhere)' : node.path.join('.'));
  const to = arrow.to.length === 0 ? '(stays)' : arrow.to.map(name).join(', ');
  const guard = arrow.guard === '' ? '' : code([arrow.guard]);
  const event = arrow.event === '' ? '(at once)' : code([arrow.event]);
  return `| ${name(arrow.from)} | ${event} | ${guard} | ${to} | ${code(arrow.actions.filter(isNamed))} |`;
}

/** XState's own bookkeeping has no name of ours. */
function isNamed(action: string): boolean {
  return !action.startsWith('xstate.');
}

/** Every transition of the machine, those that stay included, in the order in which they are tried. */
export function transitionTable(machine: ChartNode): string {
  const rows = arrows(machine).map((arrow) => tableRow(arrow, machine));
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
    return `<!-- statechart ${id} -->\n${diagram(machine)}\n\n${transitionTable(machine)}\n<!-- end -->`;
  });
  if (machines.size > 0) throw new Error(`no place for the statecharts ${[...machines.keys()].join(', ')}`);
  return filled;
}
