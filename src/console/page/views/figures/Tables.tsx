/**
 * What the figures of a room are made of, in words: broken invariants, faults, peers, and other recordings.
 */
import { type ReactNode, useState } from 'react';
import { compareHashIds } from '../../../../protocol/hash-id.ts';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import { timeOfDay } from '../../state/clock-time.ts';
import { sourceInPage } from '../../state/file/sources.ts';
import { usePage } from '../../state/page-store.ts';
import type { BrokenInvariant, FaultSpan, Life } from './room-figures.ts';
import { counted, span } from './statistics.ts';

/** Leads all views to a moment. */
function At({ atMs }: { readonly atMs: number }) {
  const show = usePage((page) => page.showTime);
  return (
    <button type="button" className="at" title="Show this moment" onClick={() => show(atMs)}>
      {timeOfDay(atMs)}
    </button>
  );
}

export function Broken({ broken }: { readonly broken: readonly BrokenInvariant[] }) {
  if (broken.length === 0) return null;
  return (
    <section className="panel broken" aria-label="Broken invariants">
      {broken.map(({ atMs, invariant, what, peers }) => (
        <div key={atMs}>
          <h2>
            Broken: {harmlessOnPage(invariant)} <At atMs={atMs} />
          </h2>
          <p>{harmlessOnPage(what)}</p>
          <details>
            <summary>What each peer says of itself at that moment, and waits for</summary>
            <ul>
              {peers.map((line) => (
                <li key={line}>{harmlessOnPage(line)}</li>
              ))}
            </ul>
          </details>
        </div>
      ))}
    </section>
  );
}

interface FoldedProps {
  readonly title: string;
  readonly heads: readonly string[];
  /** They are made while the table is open only: each step through time would make them anew. */
  rows(): ReactNode;
}

function Folded({ title, heads, rows }: FoldedProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="panel folded" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by the keyboard, too */}
      <section className="wide" tabIndex={0} aria-label={title}>
        <table>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{isOpen ? rows() : null}</tbody>
        </table>
      </section>
    </details>
  );
}

export function FaultTable({ faults }: { readonly faults: readonly FaultSpan[] }) {
  if (faults.length === 0) return null;
  return (
    <Folded
      title={`${counted(faults.length, 'fault')} in words`}
      heads={['from', 'lasts', 'what happened']}
      rows={() =>
        faults.map(({ what, fromMs, toMs }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they are in order of time, and none goes
          <tr key={at}>
            <td>
              <At atMs={fromMs} />
            </td>
            <td>{toMs === null ? 'until now' : toMs === fromMs ? 'a moment' : span(toMs - fromMs)}</td>
            <td>{harmlessOnPage(what)}</td>
          </tr>
        ))
      }
    />
  );
}

/** In the order of the ring, with their lives. */
export function PeerTable({ lives }: { readonly lives: readonly Life[] }) {
  const seats = usePage((page) => page.seats);
  const peers = usePage((page) => page.peers);
  const hidOf = (id: string) => seats.get(id)?.member.hid ?? '';
  const inOrder = peers.toSorted((one, other) => compareHashIds(hidOf(one.id), hidOf(other.id)));
  const heads = ['peer', 'address', 'HID', 'lives'];
  return (
    <Folded
      title={`${counted(peers.length, 'peer')} in the order of the ring`}
      heads={heads}
      rows={() =>
        inOrder.map(({ id, label }) => {
          const member = seats.get(id)?.member;
          const own = lives.filter(({ peer }) => peer === id);
          const spans = own.map(
            ({ fromMs, toMs }) => `${timeOfDay(fromMs)}–${toMs === null ? '' : timeOfDay(toMs)}`,
          );
          return (
            <tr key={id}>
              <th scope="row">{harmlessOnPage(member?.user ?? label)}</th>
              <td>{member ? `${harmlessOnPage(member.ip)}:${member.port}` : ''}</td>
              <td className="number">{harmlessOnPage(member?.hid ?? '')}</td>
              <td>{spans.join(', ')}</td>
            </tr>
          );
        })
      }
    />
  );
}

/** The recordings of the page: those with broken invariants first. */
export function RecordingTable() {
  const { recordings, untold } = usePage((page) => page.list);
  const shown = usePage((page) => page.recording?.name);
  const open = usePage((page) => page.open);
  if (recordings.length < 2) return null;
  const bad = recordings.filter(({ broken }) => broken.length > 0).length;
  const title = bad === 0 ? 'all invariants held' : `${counted(bad, 'room')} broke an invariant`;
  const heads = ['room', 'result', 'peers', 'messages', 'deliveries', 'p50', 'p99', 'faults', 'simulated'];
  return (
    <Folded
      title={`${counted(recordings.length + untold, 'simulated room')}: ${title}`}
      heads={heads}
      rows={() => (
        <>
          {recordings.map((each, place) => (
            <tr key={each.name} aria-current={each.name === shown}>
              <th scope="row">
                {each.bytes > 0 ? (
                  <button type="button" className="at" onClick={() => open(sourceInPage(place, each))}>
                    {each.name}
                  </button>
                ) : (
                  each.name
                )}
              </th>
              <td>
                {each.broken.length === 0 ? 'held' : harmlessOnPage(`broken: ${each.broken.join('; ')}`)}
                {each.broken.length === 0 ? null : <code>{harmlessOnPage(each.again)}</code>}
              </td>
              <td className="number">{each.peers}</td>
              <td className="number">{each.messages.toLocaleString('en')}</td>
              <td className="number">{each.deliveries.toLocaleString('en')}</td>
              <td className="number">{each.latency === null ? '–' : span(each.latency.p50)}</td>
              <td className="number">{each.latency === null ? '–' : span(each.latency.p99)}</td>
              <td className="number">{each.faults}</td>
              <td className="number">{span(each.simulatedMs)}</td>
            </tr>
          ))}
          {untold === 0 ? null : (
            <tr>
              <td colSpan={heads.length}>{untold.toLocaleString('en')} more without a row.</td>
            </tr>
          )}
        </>
      )}
    />
  );
}
