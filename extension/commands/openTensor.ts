import type { Subject } from '#protocol/analysis.ts';
import { leave } from '../failures.ts';

/** Shows a tensor of a subject in the viewer of the model that holds it. */
export type OpenTensor = (subject: Subject, name: string) => Promise<void>;

/** What a link in a header document names: the model's path, and the tensor. */
export function tensorIn(path: unknown, name: unknown): readonly [Subject, string] {
  return typeof path === 'string' && typeof name === 'string' ? [{ kind: 'model', path }, name] : leave();
}
