import { setImmediate } from 'node:timers/promises';
import type { Kernels } from '../kernels/kernels.ts';
import { type Crew, unwrap } from './crew.ts';
import { createTaskRunner, type ThreadSetup } from './taskRunner.ts';

/** Does the tasks on this thread, one after the other; between two of them the event loop has its turn. */
export function createInlineCrew(kernels: Kernels, setup: ThreadSetup): Crew {
  const answer = createTaskRunner(kernels, setup);
  return {
    capacity: 1,
    open: (files) => void answer({ kind: 'open', files }),
    run: async (task) => {
      await setImmediate();
      const reply = answer({ kind: 'task', id: 0, task });
      if (reply === undefined) throw new Error('A task was left without an answer.');
      return unwrap(reply);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
