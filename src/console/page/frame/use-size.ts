/** The size of an element as it changes. */
import { type RefObject, useLayoutEffect, useState } from 'react';

/** Pixels inside of its scroll bars. */
interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** @returns 0 × 0 before it is there. */
export function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ widthPx: 0, heightPx: 0 });
  useLayoutEffect(() => {
    const observed = element.current;
    if (!observed) return;
    const measure = (): void => {
      const { clientWidth: widthPx, clientHeight: heightPx } = observed;
      setSize((known) =>
        known.widthPx === widthPx && known.heightPx === heightPx ? known : { widthPx, heightPx },
      );
    };
    measure();
    const feed = new ResizeObserver(measure);
    feed.observe(observed);
    return () => feed.disconnect();
  }, [element]);
  return size;
}
