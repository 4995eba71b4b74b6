/**
 * The ring as a drawing: links, dots and names. One path for each kind of link and of dot, so that a thousand
 * members are a dozen shapes. Hidden from screen readers: they have the table.
 */
import { memo, type Ref, useMemo } from 'react';
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import type { Overlay } from '../overlay.ts';
import { DOT_KINDS, dotKinds, LINK_KINDS, linkKind } from './link-kinds.ts';
import {
  type Curve,
  chooseLabels,
  curveOf,
  curvesPath,
  DRAWING,
  dotRadius,
  dotsPath,
  headsPath,
  isCrowded,
  placeOf,
} from './ring-layout.ts';

/** Members and links on a path of causes. */
interface RingPath {
  readonly members: readonly number[];
  readonly links: readonly Curve[];
}

/** @param peers the path leads through, in its order. */
export function ringPath({ members, links }: Overlay, peers: readonly string[]): RingPath {
  const hops = new Set(peers.flatMap((peer, at) => [`${peer} ${peers[at + 1]}`, `${peers[at + 1]} ${peer}`]));
  const nameOf = (index: number) => members[index]?.peer ?? null;
  return {
    members: members.flatMap(({ peer }, index) => (peer !== null && peers.includes(peer) ? [index] : [])),
    links: links
      .filter(({ from, to }) => hops.has(`${nameOf(from)} ${nameOf(to)}`))
      .map(({ from, to }) => curveOf(from, to, members.length)),
  };
}

interface RingDrawingProps {
  readonly overlay: Overlay;
  /** Index of the selected peer's member, -1 if it is not on the ring. */
  readonly own: number;
  /** Indices whose names come first. */
  readonly named: readonly number[];
  /** Links that a message went over, lit where nothing may move. */
  readonly lit: readonly Curve[];
  /** What the causes lead over that are followed. */
  readonly path: RingPath;
  /** Of the names, in the drawing. */
  readonly labelSize: number;
  /** Where couriers are drawn. */
  readonly layer: Ref<SVGGElement>;
}

export const RingDrawing = memo(function RingDrawing({
  overlay,
  own,
  named,
  lit,
  path,
  labelSize,
  layer,
}: RingDrawingProps) {
  const { members } = overlay;
  const count = members.length;
  const radius = dotRadius(count);
  const links = useMemo(() => linkPaths(overlay, own), [overlay, own]);
  const dots = useMemo(() => dotPaths(overlay), [overlay]);
  const labels = useMemo(
    () =>
      chooseLabels(
        members.map(({ user }) => harmlessOnPage(user)),
        named,
        labelSize,
      ),
    [members, named, labelSize],
  );
  const chosen = placeOf(own, count);
  const { width, height } = DRAWING;
  return (
    <svg
      viewBox={`${-width / 2} ${-height / 2} ${width} ${height}`}
      data-crowded={isCrowded(count)}
      fontSize={labelSize}
      aria-hidden="true"
    >
      <circle className="orbit" r={DRAWING.radius} />
      {links.map(({ kind, ways, heads }) => (
        <g key={kind}>
          <path className="link" data-kind={kind} d={ways} />
          <path className="link-head" data-kind={kind} d={heads} />
        </g>
      ))}
      {lit.length > 0 && <path className="lit" d={curvesPath(lit)} />}
      {path.links.length > 0 && <path className="path-link" d={curvesPath(path.links)} />}
      {path.members.map((index) => {
        const { x, y } = placeOf(index, count);
        return <circle key={index} className="path-member" cx={x} cy={y} r={radius + 10} />;
      })}
      {own >= 0 && <circle className="halo" cx={chosen.x} cy={chosen.y} r={radius + 6} />}
      {dots.map(({ kind, d }) => (
        <path key={kind} className="dot" data-kind={kind} d={d} />
      ))}
      {labels.map(({ index, at, anchor, text }) => (
        <text
          key={index}
          x={at.x}
          y={at.y}
          textAnchor={anchor}
          data-own={index === own}
          data-alive={members[index]?.isAlive}
        >
          {text}
        </text>
      ))}
      <g ref={layer} />
    </svg>
  );
});

function linkPaths({ links, members }: Overlay, own: number) {
  return LINK_KINDS.map((kind) => {
    const curves = links
      .filter((link) => linkKind(link, own) === kind)
      .map(({ from, to }) => curveOf(from, to, members.length));
    return {
      kind,
      ways: curvesPath(curves),
      heads: kind === 'broken' ? '' : headsPath(curves, members.length),
    };
  });
}

function dotPaths(overlay: Overlay) {
  const kinds = dotKinds(overlay);
  const count = kinds.length;
  return DOT_KINDS.map((kind) => {
    const places = kinds.flatMap((of, index) => (of === kind ? [placeOf(index, count)] : []));
    return { kind, d: dotsPath(places, dotRadius(count)) };
  });
}
