import { createContext, Script } from 'node:vm';
import { ServerError } from '../errors.ts';

/** Real tokenizers and templates take milliseconds; a text of a million characters takes seconds. */
const mostMilliseconds = 20_000;

const context = createContext({});
const call = new Script('run()');

/**
 * What a file of a model says how to do, with its own regular expressions and loops: `too-large` where it does not end in
 * time, since nothing else could be answered until it does.
 */
export function bounded<T>(path: string, run: () => T, timeout = mostMilliseconds): T {
  let result: { readonly value: T } | undefined;
  context['run'] = () => {
    result = { value: run() };
  };
  try {
    call.runInContext(context, { timeout });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    const problem = `does not end with this text within ${timeout / 1000} seconds`;
    throw new ServerError('too-large', path, problem, { cause: error });
  } finally {
    context['run'] = undefined;
  }
  if (result === undefined) throw new Error('A call without a result.');
  return result.value;
}

/** By its code alone: it is an error of the context's own kind. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
