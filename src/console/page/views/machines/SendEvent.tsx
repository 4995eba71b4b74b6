/**
 * Sends an event to the machine that is looked at: those that it takes in its state now, with their fields as
 * JSON.
 */
import { type FormEvent, useId, useState } from 'react';
import type { Actor } from '../../inspection/actor.ts';
import { usePage } from '../../state/page-store.ts';
import { payloadTemplate, readPayload, type SendableEvent, sendableEvents } from './event-payload.ts';

/** How many lines the field for the payload has: those of the longest template. */
const PAYLOAD_ROWS = 4;

interface SendFormProps {
  readonly actor: Actor;
  readonly events: readonly SendableEvent[];
}

function SendForm({ actor, events }: SendFormProps) {
  const id = useId();
  const sendEvent = usePage((page) => page.sendEvent);
  const refusal = usePage(({ inspection }) => inspection.refusal);
  const [chosen, setChosen] = useState<string | null>(null);
  const [text, setText] = useState<string | null>(null);
  const [said, setSaid] = useState<{ words: string; isWrong: boolean; refusal: unknown } | null>(null);
  const event = events.find(({ type }) => type === chosen) ?? events[0];
  if (event === undefined) return <p className="nothing">It takes no event from here in its state.</p>;
  const payload = text ?? payloadTemplate(event);
  const isRefused = said !== null && refusal !== said.refusal && refusal?.session === actor.session;
  const words = isRefused ? `${refusal.event} was refused: ${refusal.reason}.` : (said?.words ?? '');
  const isWrong = isRefused || (said?.isWrong ?? false);
  const onSubmit = (submitted: FormEvent) => {
    submitted.preventDefault();
    const read = readPayload(event, payload);
    const error = read.event === null ? read.error : '';
    const isSent = read.event !== null && sendEvent(actor.session, read.event);
    const trouble = isSent ? '' : error || 'The program does not answer.';
    setSaid({ words: trouble || `${event.type} sent.`, isWrong: trouble !== '', refusal });
  };
  return (
    <form className="send-event" onSubmit={onSubmit}>
      <label htmlFor={`${id}-type`}>Event</label>
      <select
        id={`${id}-type`}
        value={event.type}
        onChange={({ target }) => {
          setChosen(target.value);
          setText(null);
          setSaid(null);
        }}
      >
        {events.map(({ type }) => (
          <option key={type}>{type}</option>
        ))}
      </select>
      <label htmlFor={`${id}-payload`}>Payload (JSON)</label>
      <textarea
        id={`${id}-payload`}
        rows={PAYLOAD_ROWS}
        spellCheck={false}
        placeholder="no fields"
        aria-describedby={`${id}-said`}
        aria-invalid={isWrong}
        value={payload}
        onChange={({ target }) => {
          setText(target.value);
          setSaid(null);
        }}
      />
      <button type="submit">Send to {actor.name}</button>
      <p id={`${id}-said`} role="status" className="said" data-wrong={isWrong}>
        {words}
      </p>
    </form>
  );
}

interface SendEventProps {
  readonly actor: Actor;
  /** False while the page shows the past: events go to the present. */
  readonly isLive: boolean;
}

/** Why nothing can be sent; `null` where it can. */
function whyNot(actor: Actor, isLive: boolean, isRecording: boolean): string | null {
  if (isRecording) return 'This is a recording: its machines take no events.';
  if (!isLive) return 'Go live to send an event.';
  return actor.isStopped ? 'It has ended.' : null;
}

export function SendEvent({ actor, isLive }: SendEventProps) {
  const events = sendableEvents(actor.chart, actor.value);
  const isRecording = usePage((page) => page.recording !== null);
  const why = whyNot(actor, isLive, isRecording);
  return (
    <section className="panel send">
      <h2>Send an event</h2>
      {why === null ? (
        <SendForm key={actor.session} actor={actor} events={events} />
      ) : (
        <p className="nothing">{why}</p>
      )}
    </section>
  );
}
