import type { FromWork, ToWork } from '#protocol/work.ts';
import { keepHeapSmall } from '../smallHeap.ts';
import { answerWith } from './answer.ts';
import { createWorkHandlers } from './handlers.ts';
import { Lane } from './lanes.ts';

// What is under way ends with the server; a write goes on from its journal when it is asked for again.
process.once('disconnect', () => process.exit(0));

keepHeapSmall();
const send = (message: FromWork) => process.send?.(message);
const log = (text: string) => void send({ kind: 'log', text });
const lanes = {
  writing: new Lane(log),
  analysing: new Lane(log),
  viewing: new Lane(log),
  generating: new Lane(log),
};
const answer = answerWith(createWorkHandlers(lanes), send);
process.on('message', (message: ToWork) => {
  if (message.kind === 'request') lookIn(message.settings.hubCache);
  answer(message);
});

const { HF_HUB_CACHE: inherited } = process.env;

/** Everything that reads the Hub cache asks the environment where it is, as Python does. */
function lookIn(hubCache: string | null): void {
  const folder = hubCache ?? inherited;
  if (folder === undefined) delete process.env['HF_HUB_CACHE'];
  else process.env['HF_HUB_CACHE'] = folder;
}
