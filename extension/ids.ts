/** What package.json calls things; a test holds the two together. */
export const commandIds = {
  openLog: 'weightSteering.openLog',
} as const;

export const languageId = 'steer-recipe';
