/**
 * The room in figures, up to the moment that is shown: how long messages took, over how many links, what a
 * broadcast cost, what was broken and when the overlay was whole again. Of a live room it is made anew once a
 * second at most: all messages of all peers are in it.
 */
import { useEffect, useMemo, useState } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import { PAGE_LIMITS } from '../../../limits.ts';
import type { KnownRoom } from '../../state/known-room.ts';
import { spanOf, timeOf } from '../../state/moment.ts';
import { usePage } from '../../state/page-store.ts';
import { pastOf } from '../../state/store.ts';
import { BarChart } from './charts/BarChart.tsx';
import { FaultLanes } from './charts/FaultLanes.tsx';
import { FramesChart } from './charts/FramesChart.tsx';
import { calmSinceMs, figuresUntil, type RoomFigures, roomFigures } from './room-figures.ts';
import {
  type Broadcast,
  counted,
  countsOf,
  type LatencyBin,
  latencyHistogram,
  latencySummary,
  span,
} from './statistics.ts';
import { Broken, FaultTable, PeerTable, RecordingTable } from './Tables.tsx';
import './figures.css';

function isSame(one: KnownRoom, other: KnownRoom): boolean {
  return one.views === other.views && one.happenings === other.happenings && one.seats === other.seats;
}

/** What is known, once a second at most. */
function useKnown(): KnownRoom {
  const views = usePage((page) => page.views);
  const happenings = usePage((page) => page.happenings);
  const seats = usePage((page) => page.seats);
  const inspection = usePage((page) => page.inspection);
  const [known, setKnown] = useState<KnownRoom>({ views, happenings, seats, inspection });
  const isRecording = usePage((page) => page.recording !== null);
  useEffect(() => {
    const now = { views, happenings, seats, inspection };
    // At first nothing has changed yet.
    const take = () => setKnown((known) => (isSame(known, now) ? known : now));
    const timer = setTimeout(take, isRecording ? 0 : PAGE_LIMITS.figuresMs);
    return () => clearTimeout(timer);
  }, [views, happenings, seats, inspection, isRecording]);
  return known;
}

/** The time of a moment: also where what has happened then is no peer's, as a fault. */
function timeIn(known: KnownRoom, moment: number | null): number | null {
  if (moment === null) return spanOf(pastOf(known))?.lastMs ?? null;
  const happened = known.happenings.findLast(({ serial }) => serial <= moment)?.atMs ?? null;
  const shown = timeOf(pastOf(known), moment);
  return happened === null || shown === null ? (happened ?? shown) : Math.max(happened, shown);
}

export function FiguresView() {
  const known = useKnown();
  const moment = usePage((page) => page.moment);
  const show = usePage((page) => page.showTime);
  const again = usePage((page) => page.recording?.header.replay ?? null);
  const whole = useMemo(() => roomFigures(known), [known]);
  const time = useMemo(() => spanOf(pastOf(known)), [known]);
  const momentMs = useMemo(() => timeIn(known, moment) ?? time?.firstMs ?? 0, [known, moment, time]);
  const figures = useMemo(
    () => figuresUntil(whole, moment === null ? null : momentMs),
    [whole, moment, momentMs],
  );
  if (time === null) return <p className="nothing">Nothing has happened yet.</p>;
  return (
    <div className="figures">
      <RecordingTable />
      <Facts figures={figures} fromMs={time.firstMs} atMs={momentMs} />
      {again === null ? null : (
        <p className="again">
          The same room again: <code>{harmlessOnPage(again)}</code>
        </p>
      )}
      <Broken broken={figures.broken} />
      <FaultLanes figures={whole} {...time} atMs={momentMs} show={show} />
      <div className="charts">
        <LatencyChart figures={figures} />
        <HopsChart figures={figures} />
        <FramesChart broadcasts={broadcastsOf(figures)} />
      </div>
      <FaultTable faults={figures.faults} />
      <PeerTable lives={figures.lives} />
    </div>
  );
}

/** Of whom all frames are known. */
function broadcastsOf({ messages, faults }: RoomFigures): readonly Broadcast[] {
  const calmMs = calmSinceMs(faults);
  return messages
    .filter(({ isPartial }) => !isPartial)
    .map(({ sentMs, frames, alive }) => {
      return { frames, alive, isCalm: calmMs !== null && sentMs >= calmMs };
    });
}

interface FactsProps {
  readonly figures: RoomFigures;
  readonly fromMs: number;
  readonly atMs: number;
}

function Facts({ figures, fromMs, atMs }: FactsProps) {
  const { messages, faults, steps, lives } = figures;
  const deliveries = messages.reduce((sum, each) => sum + each.deliveries.length, 0);
  const partial = messages.filter(({ isPartial }) => isPartial).length;
  const kinds = new Set(faults.map(({ kind }) => kind)).size;
  const now = steps.at(-1);
  const facts: readonly (readonly [string, string, string])[] = [
    ['Time', span(atMs - fromMs), ''],
    ['Alive', String(now?.alive ?? 0), `of ${counted(new Set(lives.map(({ peer }) => peer)).size, 'peer')}`],
    ['Links', String(now?.links ?? 0), counted(now?.pieces ?? 0, 'piece')],
    ['Messages', messages.length.toLocaleString('en'), partial > 0 ? `${partial} known in part only` : ''],
    ['Deliveries', deliveries.toLocaleString('en'), ''],
    ['Faults', String(faults.length), kinds > 0 ? `of ${counted(kinds, 'kind')}` : ''],
    ['In one piece', wholeAgain(figures), 'after the last fault'],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value, note]) => (
        <div key={name} className="panel">
          <dt>{name}</dt>
          <dd>{value}</dd>
          <dd className="note">{note}</dd>
        </div>
      ))}
    </dl>
  );
}

function wholeAgain({ faults, steps }: RoomFigures): string {
  const calmMs = calmSinceMs(faults);
  if (calmMs === null) return 'a fault lasts';
  const before = steps.findLast(({ atMs }) => atMs <= calmMs);
  if (before?.pieces === 1) return 'at once';
  const again = steps.find(({ atMs, pieces }) => atMs > calmMs && pieces === 1);
  if (again === undefined) return 'not yet';
  return Number.isFinite(calmMs) ? `after ${span(again.atMs - calmMs)}` : 'yes';
}

function LatencyChart({ figures: { messages } }: { readonly figures: RoomFigures }) {
  const latencies = Float64Array.from(
    messages.flatMap(({ deliveries }) => deliveries.map(({ latencyMs }) => latencyMs)),
  ).sort();
  const summary = latencySummary(latencies);
  const bins = latencyHistogram(latencies);
  const words =
    summary === undefined
      ? 'No message has reached anybody.'
      : `p50 ${span(summary.p50)} · p99 ${span(summary.p99)} · max ${span(summary.max)}`;
  const marks =
    summary === undefined ? [] : (['p50', 'p99'] as const).map((name) => ({ name, ms: summary[name] }));
  return (
    <BarChart
      title="Delivery latency"
      words={words}
      axis="from sending to arriving, log scale"
      labels="at edges"
      bars={bins.map(({ fromMs, toMs, count }) => ({
        label: isNamed(bins, fromMs) ? span(fromMs) : '',
        count,
        hint: `${span(fromMs)} to ${span(toMs)}: ${counted(count, 'delivery', 'deliveries')}`,
      }))}
      marks={marks.map(({ name, ms }) => ({ label: name, at: placeIn(bins, ms) }))}
    />
  );
}

const FEW_BINS = 6;
const MANY_BINS = 22;

/** So that no label runs into the next: all of a few, else 1 and 3 or only 1 of each decade. */
function isNamed({ length }: readonly LatencyBin[], fromMs: number): boolean {
  const digit = String(fromMs).replace(/0+$/, '');
  return length <= FEW_BINS || digit === '1' || (length <= MANY_BINS && digit === '3');
}

function placeIn(bins: readonly LatencyBin[], ms: number): number {
  const at = bins.findIndex(({ toMs }) => ms < toMs);
  const bin = bins[at];
  return bin ? at + (ms - bin.fromMs) / (bin.toMs - bin.fromMs) : bins.length;
}

function HopsChart({ figures: { messages } }: { readonly figures: RoomFigures }) {
  const counts = countsOf(messages.flatMap(({ deliveries }) => deliveries.map(({ hops }) => hops)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const links = counts.reduce((sum, count, hops) => sum + count * hops, 0);
  const words =
    total === 0
      ? 'No message has reached anybody.'
      : `mean ${(links / total).toFixed(1)} · most ${counts.length - 1}`;
  const bars = counts.map((count, hops) => ({
    label: String(hops),
    count,
    hint: `${counted(hops, 'link')}: ${counted(count, 'delivery', 'deliveries')}`,
  }));
  return (
    <BarChart
      title="Hops"
      words={words}
      axis="links between the sender and the receiver"
      labels="below"
      bars={bars.slice(1)}
    />
  );
}
