import { parentPort, workerData } from 'node:worker_threads';
import { createKernels } from '../kernels/instantiate.ts';
import { createTaskRunner, type ThreadSetup } from './taskRunner.ts';
import type { ToThread } from './tasks.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `threads.ts` starts this file with a ThreadSetup, nobody else does.
const setup = workerData as ThreadSetup;
const answer = createTaskRunner(createKernels(setup.memory), setup);

parentPort?.on('message', (message: ToThread) => {
  const reply = answer(message);
  if (reply !== undefined) parentPort?.postMessage(reply);
});
