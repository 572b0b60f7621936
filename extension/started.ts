/** When this bundle began to load; imported before everything else. */
export const startedAt = performance.now();
