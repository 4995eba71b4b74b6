/** True for what stands on the chain of causes that is shown. */
import { usePage } from '../../state/page-store.ts';

/** @param serial of an entry of the log; `null` is on no chain. */
export function useOnPath(serial: number | null): boolean {
  return usePage(({ path }) => serial !== null && path.has(serial));
}
