/** Plain data for memoised components: the same object for as long as it says the same. */
import { useMemo } from 'react';

/** @param data small enough to be written as JSON whenever it is made anew. */
export function useUnchanged<Data>(data: Data): Data {
  const text = useMemo(() => JSON.stringify(data), [data]);
  return useMemo(() => JSON.parse(text) as Data, [text]);
}
