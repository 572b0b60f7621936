/**
 * What modules of the extension may use of VS Code and still be tested without it: texts, untranslated.
 * Vitest takes it for `vscode`.
 */
export const l10n = {
  t: (message: string, ...values: readonly (string | number | boolean)[]): string =>
    message.replaceAll(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place)),
};
