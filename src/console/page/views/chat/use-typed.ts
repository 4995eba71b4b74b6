/** The text in the input field. */
import { useEffect, useRef, useState } from 'react';
import type { ConsoleNotice } from '../../../feed/messages.ts';

/** What was typed comes back into the field when the peer refuses it, as in the terminal. */
export function useTyped(notices: readonly ConsoleNotice[]) {
  const [typed, setTyped] = useState('');
  const given = useRef<{ text: string; serial: number } | null>(null);
  const newest = notices.at(-1)?.serial ?? 0;
  useEffect(() => {
    const back = given.current;
    if (back === null) return;
    if (!notices.some(({ serial, type }) => serial > back.serial && type === 'refused')) return;
    given.current = null;
    setTyped((now) => (now === '' ? back.text : now));
  }, [notices]);
  return {
    typed,
    type(text: string) {
      given.current = null;
      setTyped(text);
    },
    clear() {
      given.current = { text: typed, serial: newest };
      setTyped('');
    },
  };
}
