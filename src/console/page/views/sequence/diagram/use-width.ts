/** The width of an element as it changes. */
import { type RefObject, useLayoutEffect, useState } from 'react';

/** @returns pixels inside of its scroll bar; 0 before it is there. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [widthPx, setWidthPx] = useState(0);
  useLayoutEffect(() => {
    const observed = element.current;
    if (!observed) return;
    const measure = (): void => setWidthPx(observed.clientWidth);
    measure();
    const feed = new ResizeObserver(measure);
    feed.observe(observed);
    return () => feed.disconnect();
  }, [element]);
  return widthPx;
}
