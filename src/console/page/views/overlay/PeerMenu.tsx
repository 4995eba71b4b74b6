/** What is known of a member that was picked on the ring, and what can be done to it. Escape closes. */
import { useEffect, useRef } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import { WhyLinks } from '../../explain/causes/WhyLinks.tsx';
import { ActionButtons } from './ActionButtons.tsx';
import { describeMember } from './descriptions.ts';
import type { Overlay } from './overlay.ts';
import { DRAWING, placeOf } from './ring/ring-layout.ts';

interface PeerMenuProps {
  readonly overlay: Overlay;
  readonly index: number;
  readonly isSelected: boolean;
  readonly close: () => void;
}

/** The menu stands inside of the ring, beside its member. */
const DISTANCE = DRAWING.radius * 0.56;
const ACTION = '.actions button:enabled';

export function PeerMenu({ overlay, index, isSelected, close }: PeerMenuProps) {
  const box = useRef<HTMLDivElement>(null);
  const hid = overlay.members[index]?.hid;
  useEffect(() => {
    if (hid === undefined) return;
    // Another member is another menu. A Select that was used up has taken the focus with it: not on to Kill.
    const target = box.current?.querySelector<HTMLElement>(isSelected ? '.close' : ACTION);
    (target ?? box.current)?.focus({ preventScroll: true });
  }, [hid, isSelected]);
  const member = overlay.members[index];
  if (!member) return null;
  const { x, y } = placeOf(index, overlay.members.length, DISTANCE);
  const name = harmlessOnPage(member.user);
  return (
    <div
      ref={box}
      className="peer-menu"
      role="dialog"
      tabIndex={-1}
      aria-label={name}
      style={{ left: `${50 + (x / DRAWING.width) * 100}%`, top: `${50 + (y / DRAWING.height) * 100}%` }}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <header>
        <h2>{name}</h2>
        <button type="button" className="close" aria-label="Close" onClick={close}>
          ✕
        </button>
      </header>
      <p>
        {member.address}
        <small title="Hash ID: the place on the ring">{member.hid}</small>
      </p>
      <p>{describeMember(overlay, index)}</p>
      {member.peer === null ? null : <WhyLinks peer={member.peer} name={name} />}
      {member.peer !== null && (
        <ActionButtons
          peer={member.peer}
          name={name}
          isAlive={member.isAlive}
          isSplitOff={member.isSplitOff}
        />
      )}
    </div>
  );
}
