import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Until it is known, and where nothing is laid out. */
const usual = 640;

/** How wide an element is, in pixels, now and whenever that changes: text in figures keeps its size. */
export function useWidth(): { readonly element: RefObject<HTMLDivElement | null>; readonly width: number } {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(usual);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const measure = () => setWidth(current.clientWidth || usual);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return { element, width };
}
