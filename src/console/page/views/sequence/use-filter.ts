/** What the reader has chosen to be shown, kept for each peer and for the whole room. */
import { useMemo } from 'react';
import { useKept } from '../../state/kept.ts';
import { type FrameFilter, NO_FILTER, type RowKind } from './filters.ts';

/** What is chosen, as it is kept: a set is no JSON. */
interface KeptFilter {
  readonly hidden: readonly RowKind[];
  readonly party: string | null;
  readonly search: string;
}

const FIRST: KeptFilter = { hidden: [...NO_FILTER.hiddenKinds], party: null, search: '' };

function isKeptFilter(value: unknown): boolean {
  const { hidden, party, search } = (value ?? {}) as Partial<Record<keyof KeptFilter, unknown>>;
  return Array.isArray(hidden) && (party === null || typeof party === 'string') && typeof search === 'string';
}

/** @param of the id of a peer, or `room`. */
export function useFilter(of: string) {
  const [kept, keepFilter] = useKept(`frames ${of}`, FIRST, isKeptFilter);
  const filter = useMemo((): FrameFilter => {
    const { hidden, party, search } = kept;
    return { hiddenKinds: new Set(hidden), party, search };
  }, [kept]);
  const setFilter = ({ hiddenKinds, party, search }: FrameFilter) =>
    keepFilter({ hidden: [...hiddenKinds], party, search });
  return { filter, setFilter };
}

/** Whether runs of KEEPALIVEs are one row. */
export function useFolded() {
  return useKept('fold keepalives', true, (value) => typeof value === 'boolean');
}
