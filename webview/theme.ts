import { type Color, mix, parseColor } from './color.ts';

/** A theme's colours as values, for pictures that leave VS Code. On the page itself CSS variables are used. */
export interface Palette {
  readonly background: Color;
  readonly foreground: Color;
  /** Of labels and axes. */
  readonly muted: Color;
  readonly border: Color;
  /** The far end of the sequential scale. */
  readonly accent: Color;
  /** In the order of `groups`. */
  readonly series: readonly Color[];
}

/** VS Code's names of the series colours, in the fixed order of the product; `base.css` has the same. */
const series = ['blue', 'orange', 'green', 'purple', 'yellow', 'red'];

const fallback = {
  dark: { background: '#1f1f1f', foreground: '#cccccc', accent: '#3794ff' },
  light: { background: '#ffffff', foreground: '#3b3b3b', accent: '#1a85ff' },
};

/** Resolves the variables that VS Code sets on the root element. */
export function readPalette(root: HTMLElement): Palette {
  const styles = getComputedStyle(root);
  const isLight = /light/.test(document.body.className);
  const defaults = isLight ? fallback.light : fallback.dark;
  const variable = (name: string) => parseColor(styles.getPropertyValue(`--vscode-${name}`));
  const background = variable('editor-background') ?? parseColor(defaults.background) ?? paper.background;
  const foreground = variable('foreground') ?? parseColor(defaults.foreground) ?? paper.foreground;
  const accent = variable('charts-blue') ?? parseColor(defaults.accent) ?? paper.accent;
  return {
    background,
    foreground,
    muted: mix(background, variable('descriptionForeground') ?? foreground, 1),
    border: mix(background, foreground, 0.25),
    accent,
    series: series.map((name) => variable(`charts-${name}`) ?? foreground),
  };
}

const black = { red: 0, green: 0, blue: 0, alpha: 1 };
const white = { red: 255, green: 255, blue: 255, alpha: 1 };

/** For print: white, black, and colours that stay apart in grey. */
export const paper: Palette = {
  background: white,
  foreground: black,
  muted: { red: 80, green: 80, blue: 80, alpha: 1 },
  border: { red: 190, green: 190, blue: 190, alpha: 1 },
  accent: { red: 8, green: 64, blue: 150, alpha: 1 },
  series: ['#0a4fa3', '#e08214', '#4d9221', '#762a83', '#b8a000', '#b2182b'].map(
    (hex) => parseColor(hex) ?? black,
  ),
};
