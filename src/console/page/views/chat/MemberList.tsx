/** Who is in the room, in HID order, and how we are linked to each; only the lines in sight exist. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import type { PeerView } from '../../state/peer-view.ts';
import { speakerHue } from './speaker-hue.ts';

const LINE_HEIGHT_PX = 44;

const MARKS = {
  forward: { sign: '→', words: 'forward link' },
  backward: { sign: '←', words: 'backward link' },
} as const;

const DIRECTIONS = ['forward', 'backward'] as const;

type Member = PeerView['members'][number];

function MemberLine({ member }: { readonly member: Member }) {
  const { user, hid, ip, port, isSelf, links } = member;
  const hue = { '--hue': speakerHue(user) } as React.CSSProperties;
  return (
    <>
      <bdi className="speaker" style={hue}>
        {harmlessOnPage(user)}
      </bdi>
      {isSelf ? <span className="you">you</span> : null}
      <span className="link-marks">
        {DIRECTIONS.filter((direction) => links.includes(direction)).map((direction) => (
          <span key={direction} role="img" data-link={direction} aria-label={MARKS[direction].words}>
            {MARKS[direction].sign}
          </span>
        ))}
      </span>
      <span className="hid" title={`${ip}:${port}`}>
        {harmlessOnPage(hid)}
      </span>
    </>
  );
}

export function MemberList({ members }: { readonly members: readonly Member[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({
    count: members.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT_PX,
    getItemKey: (index) => members[index]?.hid ?? index,
    overscan: 6,
  });
  return (
    <section className="window members">
      <h2>
        Members <span className="count">{members.length}</span>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard can scroll only what has the focus */}
      <section ref={scroller} className="lines" aria-label="Member list" tabIndex={0}>
        {members.length === 0 ? <p className="no-lines">Nobody: join a room.</p> : null}
        <ul className="lines-all" style={{ height: lines.getTotalSize() }} aria-label="Members, in HID order">
          {lines.getVirtualItems().map((item) => {
            const member = members[item.index];
            return member === undefined ? null : (
              <li
                key={item.key}
                className="member"
                aria-setsize={members.length}
                aria-posinset={item.index + 1}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <MemberLine member={member} />
              </li>
            );
          })}
        </ul>
      </section>
      <p className="legend">
        <span data-link="forward">→</span> forward link, <span data-link="backward">←</span> backward link
      </p>
    </section>
  );
}
