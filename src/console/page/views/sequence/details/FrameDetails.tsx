/** One frame looked at: when, between whom, its fields, and its bytes as a hex dump. */
import { useMemo, useState } from 'react';
import { harmlessOnPage } from '../../../../../words/harmless.ts';
import { WhyButton } from '../../../explain/causes/WhyButton.tsx';
import { exactTimeOfDay } from '../../../state/clock-time.ts';
import { usePage } from '../../../state/page-store.ts';
import { frameLabel } from '../diagram/frame-label.ts';
import { hueOf } from '../diagram/geometry.ts';
import type { ShownFrame } from '../filters.ts';
import { messageName } from '../searched-frame.ts';
import { dissect, type Field } from './dissect.ts';
import { HexDump } from './HexDump.tsx';
import './frame-details.css';

interface FrameDetailsProps {
  readonly shown: ShownFrame;
  readonly close: () => void;
  /** Shows the way of a message of that name. */
  readonly follow: (message: string) => void;
  /** In the whole room: who has sent it, and what became of it. */
  readonly inRoom?: {
    readonly from: string;
    readonly fate: string;
    /** Serial of its receiver's frame. */
    readonly arrival: number | null;
  };
}

export function FrameDetails({ shown, close, follow, inRoom }: FrameDetailsProps) {
  const { frame, partyName, isDuplicate, keepalives } = shown;
  const { message } = frame;
  const arrival = inRoom?.arrival ?? frame.serial;
  const dropped = usePage(({ views }) => {
    for (const { drops } of Object.values(views)) {
      const found = drops.find(({ causedBy }) => causedBy === arrival);
      if (found) return found;
    }
    return undefined;
  });
  const { bytes, fields, missingBytes } = useMemo(() => dissect(frame), [frame]);
  const [marked, setMarked] = useState<Field | null>(null);
  const way = frame.direction === 'out' ? 'to' : 'from';
  const over = frame.via === 'room server' ? 'TCP' : frame.via === 'datagram' ? 'UDP' : `link ${frame.via}`;
  return (
    <aside
      className="details"
      aria-label="The frame that is looked at"
      data-hue={hueOf(frame.kind)}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <header>
        <h2>{frameLabel(frame).head}</h2>
        <button type="button" onClick={close} aria-label="Close">
          ✕
        </button>
      </header>
      <p className="facts">
        {exactTimeOfDay(frame.atMs)}, {inRoom ? `${harmlessOnPage(inRoom.from)} to` : way}{' '}
        <b>{harmlessOnPage(partyName)}</b> by {over}, {frame.size.toLocaleString()} bytes
        {inRoom ? `, ${inRoom.fate}` : ''}
      </p>
      {keepalives > 0 && (
        <p className="explained">
          The first of {keepalives.toLocaleString()}: the peer sends JOIN again every 20 s to stay in the
          room, and the member list that comes back is the same.
        </p>
      )}
      {isDuplicate && (
        <p className="explained">
          A duplicate: the message had come before over another link. It is neither shown nor forwarded again.
        </p>
      )}
      <p>
        <WhyButton serial={frame.serial} of={frameLabel(frame).head} />
        {dropped === undefined ? null : (
          <WhyButton
            serial={dropped.serial}
            of={`Dropped: ${harmlessOnPage(dropped.what)}`}
            words="Why dropped?"
          />
        )}
      </p>
      {message !== null && (
        <p>
          <button type="button" onClick={() => follow(messageName(message))}>
            Follow this message
          </button>
        </p>
      )}
      {missingBytes > 0 && (
        <p className="cut">
          The first {bytes.length.toLocaleString()} bytes are shown; {missingBytes.toLocaleString()} more were
          left out.
        </p>
      )}
      <div className="details-scroll">
        <table className="fields">
          <caption className="unseen">Fields</caption>
          <tbody>
            {fields.map((field) => (
              <tr
                key={`${field.name} ${field.start}`}
                data-marked={field === marked}
                onPointerEnter={() => setMarked(field)}
                onPointerLeave={() => setMarked(null)}
              >
                <th scope="row">{field.name}</th>
                <td>{harmlessOnPage(field.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <HexDump bytes={bytes} marked={marked} />
      </div>
    </aside>
  );
}
