/** What a randomised spectrum is drawn from, always: the vectors that its iteration starts from, and those of its bound. */
export const spectrumSeeds = { start: 0, bound: 1 } as const;
