import { InvalidArgumentError } from 'commander';

/** A whole number from `least` on, as an option has it. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (Number.isSafeInteger(count) && count >= least && text.trim() !== '') return count;
    throw new InvalidArgumentError(`A whole number from ${least} on is due.`);
  };
}
