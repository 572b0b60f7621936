import { useEffect, useState } from 'preact/hooks';
import { type Palette, readPalette } from './theme.ts';

/** The colours of the theme as values, for what is drawn pixel by pixel; others when the theme changes. */
export function useTheme(): Palette {
  const [palette, setPalette] = useState(() => readPalette(document.documentElement));
  useEffect(() => {
    const watcher = new MutationObserver(() => setPalette(readPalette(document.documentElement)));
    watcher.observe(document.body, { attributeFilter: ['class'] });
    watcher.observe(document.documentElement, { attributeFilter: ['style'] });
    return () => watcher.disconnect();
  }, []);
  return palette;
}
