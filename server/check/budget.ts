import type { Finding } from '#protocol/check.ts';
import type { Spend } from '../models/modulePatterns.ts';

/** Half a second: a hundred times what the largest adapters need. */
const most = 5e7;

class Exhausted extends Error {
  override readonly name = 'Exhausted';
}

/** Runs a check that matches patterns; one that takes too long says nothing, since opening the adapter says so. */
export function withinBudget(check: (spend: Spend) => readonly Finding[]): readonly Finding[] {
  let left = most;
  const spend = (amount: number) => {
    left -= amount;
    if (left < 0) throw new Exhausted();
  };
  try {
    return check(spend);
  } catch (error) {
    if (error instanceof Exhausted) return [];
    throw error;
  }
}
