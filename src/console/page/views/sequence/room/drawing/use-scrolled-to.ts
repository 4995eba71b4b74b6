/** Which part of a scrolled element is in sight, in steps, so that not every pixel draws it anew. */
import { type RefObject, useLayoutEffect, useState } from 'react';

/** From top to bottom, in pixels of what is scrolled, with some more on either side. */
interface InSight {
  readonly top: number;
  readonly bottom: number;
}

/** Drawn beyond what is in sight, so that a quick scroll shows no gap; and the size of a step. */
const MORE_PX = 400;

/** @param heightPx of what is scrolled: when that changes it may have been moved. */
export function useScrolledTo(element: RefObject<HTMLElement | null>, heightPx: number): InSight {
  const [inSight, setInSight] = useState<InSight>({ top: 0, bottom: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new height may have moved what is in sight
  useLayoutEffect(() => {
    const observed = element.current;
    if (!observed) return;
    const look = (): void => {
      const { scrollTop, clientHeight } = observed;
      const top = Math.max(0, Math.floor(scrollTop / MORE_PX - 1) * MORE_PX);
      const bottom = Math.ceil((scrollTop + clientHeight) / MORE_PX + 1) * MORE_PX;
      setInSight((known) => (known.top === top && known.bottom === bottom ? known : { top, bottom }));
    };
    look();
    const feed = new ResizeObserver(look);
    feed.observe(observed);
    observed.addEventListener('scroll', look, { passive: true });
    return () => {
      feed.disconnect();
      observed.removeEventListener('scroll', look);
    };
  }, [element, heightPx]);
  return inSight;
}
