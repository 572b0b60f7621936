import type { Page } from 'playwright-core';
import { pick, runCommand } from '../harness/gestures.ts';

/** The four kinds of themes, and what pictures in them are called. */
export const themes = [
  ['Dark 2026', 'dark'],
  ['Light 2026', 'light'],
  ['Dark High Contrast', 'high-contrast-dark'],
  ['Light High Contrast', 'high-contrast-light'],
] as const;

export async function chooseTheme(page: Page, theme: string): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  await pick(page, theme);
}
