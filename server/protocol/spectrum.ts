import { isSubject, type Subject } from './analysis.ts';

/** What a Spectrum panel is about: its own subject first, then what is drawn beside it. */
export interface SpectrumAbout {
  readonly subjects: readonly [Subject, ...Subject[]];
}

/** Directions that can be told apart in one picture: as many as there are colours of series. */
export const mostDirections = 6;

/** Whether a value from outside, such as a panel's saved state, says what a Spectrum panel is about. */
export function isSpectrumAbout(value: unknown): value is SpectrumAbout {
  if (typeof value !== 'object' || value === null || !('subjects' in value)) return false;
  const { subjects } = value;
  if (!Array.isArray(subjects)) return false;
  return subjects.length >= 1 && subjects.length <= mostDirections && subjects.every(isSubject);
}
