/**
 * Reads new lines of a window to a screen reader, politely; what was there when the page opened is not read.
 */
import { useEffect, useRef, useState } from 'react';
import { harmlessOnPage } from '../../../../words/harmless.ts';
import type { ConsoleNotice } from '../../../feed/messages.ts';

/** Lines that are read out of those that have come together; the others are counted. */
const READ_MAX = 3;

function spoken({ speaker, text }: ConsoleNotice): string {
  return harmlessOnPage(speaker === null ? text : `${speaker}: ${text}`);
}

export function Announcer({ notices }: { readonly notices: readonly ConsoleNotice[] }) {
  const newest = notices.at(-1)?.serial ?? 0;
  const read = useRef(newest);
  const [openedAtMs] = useState(Date.now);
  const [words, setWords] = useState('');
  useEffect(() => {
    const added = notices.filter(({ serial, atMs }) => serial > read.current && atMs >= openedAtMs);
    read.current = newest;
    if (added.length === 0) return;
    const more = added.length - READ_MAX;
    const lines = added.slice(-READ_MAX).map(spoken);
    setWords([...(more > 0 ? [`${more} more.`] : []), ...lines].join(' '));
  }, [notices, newest, openedAtMs]);
  return (
    <p className="unseen" aria-live="polite">
      {words}
    </p>
  );
}
