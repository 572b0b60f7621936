import { InvalidArgumentError } from 'commander';

/** Of an option: a whole number from 0. */
export function toWhole(value: string): number {
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw new InvalidArgumentError('It takes a whole number from 0.');
}

/** Of an option: a number from 0 to so much. */
export function numberTo(most: number): (value: string) => number {
  return (value) => {
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (number >= 0 && number <= most) return number;
    throw new InvalidArgumentError(`It takes a number from 0 to ${most}.`);
  };
}
