import type { ModelReference } from '../models/reference.ts';
import { inQuotes } from './shortened.ts';

/** A model as a recipe spells it. */
export type WrittenReference =
  | string
  | { readonly model: string; readonly revision?: string | undefined; readonly adapter?: string | undefined };

/** What is wrong with a reference, as a sentence; undefined where nothing is. Says nothing about files. */
export function referenceProblem(text: string): string | undefined {
  if (text.trim() === '') return 'A model is named by its path or its Hub id; this is empty.';
  if (text.includes('\0')) return 'A model is named by its path or its Hub id; this holds a zero character.';
  if (/^[a-z][a-z0-9.]*:\/\//i.test(text)) {
    return `Models are named by path or Hub id (ORG/NAME), not by address: ${inQuotes(text)}.`;
  }
  const { model, revision, adapter } = split(text);
  const isClear =
    model !== '' && revision !== '' && adapter !== '' && !/[+@]/.test((adapter ?? '') + (revision ?? ''));
  if (isClear && !model.includes('@')) return undefined;
  return `${inQuotes(text)} is not MODEL, MODEL@REVISION or MODEL+ADAPTER; for odd names write {model: …, revision: …, adapter: …}.`;
}

/** `referenceProblem` has nothing against `written`. */
export function toReference(written: WrittenReference): ModelReference {
  const { model, revision, adapter } = typeof written === 'string' ? split(written) : written;
  return {
    text: typeof written === 'string' ? written : spelled(written),
    model,
    ...(revision !== undefined && { revision }),
    ...(adapter !== undefined && { adapter }),
  };
}

/** The short spelling of a reference; not every reference can be read back from it. */
export function spelled({ model, revision, adapter }: Exclude<WrittenReference, string>): string {
  return [
    model,
    revision === undefined ? '' : `@${revision}`,
    adapter === undefined ? '' : `+${adapter}`,
  ].join('');
}

function split(text: string): Exclude<WrittenReference, string> {
  const plus = text.indexOf('+');
  const whole = plus < 0 ? text : text.slice(0, plus);
  const at = whole.indexOf('@');
  return {
    model: at < 0 ? whole : whole.slice(0, at),
    revision: at < 0 ? undefined : whole.slice(at + 1),
    adapter: plus < 0 ? undefined : text.slice(plus + 1),
  };
}
