/** The text in the input field. */
import { useEffect, useRef } from 'react';
import type { ConsoleNotice } from '../../../../feed/messages.ts';
import { useKept } from '../../../state/kept.ts';

/** What was typed comes back into the field when the peer refuses it, as in the terminal. */
export function useTyped(peer: string, notices: readonly ConsoleNotice[]) {
  const [typed, setTyped] = useKept(`typed ${peer}`, '', (value) => typeof value === 'string');
  const given = useRef<{ text: string; serial: number } | null>(null);
  const newest = notices.at(-1)?.serial ?? 0;
  useEffect(() => {
    const back = given.current;
    if (back === null) return;
    if (!notices.some(({ serial, type }) => serial > back.serial && type === 'refused')) return;
    given.current = null;
    if (typed === '') setTyped(back.text);
  }, [notices, typed, setTyped]);
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
