/**
 * The machines of a peer, live: the actor tree, the statechart of one of them, and all that has happened to
 * them.
 */
import { useMemo, useState } from 'react';
import type { ConsolePeer } from '../../../feed/messages.ts';
import { eventsOf } from '../../inspection/active-states.ts';
import type { Step } from '../../inspection/actor.ts';
import { useKept, useSelection } from '../../state/kept.ts';
import { usePage } from '../../state/page-store.ts';
import { ActorTree } from './ActorTree.tsx';
import { ChartPanel } from './chart/ChartPanel.tsx';
import { SendEvent } from './SendEvent.tsx';
import {
  actorTree,
  filtered,
  momentAt,
  type StepFilter,
  type StepOrder,
  sorted,
  stepBy,
  stepsOf,
} from './steps/moment.ts';
import { StepControls } from './steps/StepControls.tsx';
import { StepTable } from './steps/StepTable.tsx';
import { useBreak } from './steps/use-break.ts';
import './machines.css';

const ALL: StepFilter = { search: '', isChangesOnly: false };
const BY_TIME: StepOrder = { column: 'time', isDescending: false };

const NO_PEERS: readonly ConsolePeer[] = [];

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isStepFilter(value: unknown): boolean {
  const { search, isChangesOnly } = (value ?? {}) as Partial<Record<keyof StepFilter, unknown>>;
  return typeof search === 'string' && typeof isChangesOnly === 'boolean';
}

function whereWords(shown: readonly Step[], position: number | null): string {
  if (position === null) return `Live, ${shown.length} ${shown.length === 1 ? 'event' : 'events'}`;
  const number = shown.findLastIndex(({ serial }) => serial <= position) + 1;
  return number === 0 ? 'Paused before all that is shown' : `Paused at ${number} of ${shown.length}`;
}

export function MachinesView({ peer }: { readonly peer: ConsolePeer }) {
  const { actors, steps, charts } = usePage((page) => page.inspection);
  const peers = usePage((page) => page.peers);
  const [chosen, setChosen] = useSelection('machines', peer.id);
  const [filter, setFilter] = useKept(`steps ${peer.id}`, ALL, isStepFilter);
  const [order, setOrder] = useState(BY_TIME);

  const [isAll, setAll] = useKept('all machines', false, isBoolean);
  const [breakAt, setBreakAt] = useKept(`break ${peer.id}`, '', isText);

  const shownPeers = useMemo(() => (isAll ? peers : [peer]), [isAll, peers, peer]);
  const tree = useMemo(
    () => shownPeers.flatMap(({ id }) => actorTree(actors.values(), id)),
    [actors, shownPeers],
  );
  const own = useMemo(() => {
    if (!isAll) return stepsOf(steps, peer.id);
    // Of many peers it is said whose machine it is.
    const labels = new Map(peers.map(({ id, label }) => [id, label]));
    return steps.map((step) => {
      const label = labels.get(step.peer);
      return label === undefined ? step : { ...step, actor: `${label}: ${step.actor}` };
    });
  }, [isAll, steps, peer.id, peers]);
  const events = useMemo(() => eventsOf(charts.values()), [charts]);
  const position = usePage((page) => page.moment);
  const setPosition = usePage((page) => page.show);
  const moments = useMemo(() => momentAt(tree, own, position), [tree, own, position]);
  const byTime = useMemo(() => filtered(own, filter), [own, filter]);
  const shown = useMemo(() => sorted(byTime, order), [byTime, order]);

  const actor =
    actors.get(chosen ?? '') ?? tree.find((each) => each.depth === 0 && each.peer === peer.id) ?? tree[0];
  const moment = moments.get(actor?.session ?? '');
  const go = (step: Step) => {
    setPosition(step.serial);
    setChosen(step.session);
  };
  useBreak(own, breakAt, position === null, go);
  const step = (by: -1 | 1) => {
    const serial = stepBy(byTime, position, by);
    const next = byTime.find((one) => one.serial === serial);
    if (next === undefined) setPosition(null);
    else go(next);
  };
  if (actor === undefined || moment === undefined)
    return <p className="nothing">Nothing is known yet of the machines of {peer.label}.</p>;
  return (
    <div className="machines">
      <ActorTree
        actors={tree}
        moments={moments}
        peers={isAll ? peers : NO_PEERS}
        isAll={isAll}
        setAll={peers.length > 1 ? setAll : null}
        selected={actor.session}
        select={setChosen}
      />
      <ChartPanel actor={actor} moment={moment} />
      <SendEvent actor={actor} isLive={position === null} />
      <section className="panel steps">
        <StepControls
          isLive={position === null}
          where={whereWords(byTime, position)}
          filter={filter}
          setFilter={setFilter}
          breakAt={breakAt}
          setBreakAt={setBreakAt}
          events={events}
          pause={() => setPosition(own.at(-1)?.serial ?? null)}
          live={() => setPosition(null)}
          step={step}
        />
        <StepTable steps={shown} order={order} position={position} sort={setOrder} go={go} />
      </section>
    </div>
  );
}
