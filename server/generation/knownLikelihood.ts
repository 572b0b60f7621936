import { ServerError } from '../errors.ts';
import type { Strengths } from './decoding.ts';
import { Likelihood } from './likelihood.ts';

/** `not-finite` where a model's logits are no numbers: no text and no figure could be made of them. */
export function knownLikelihood(logits: Float32Array, strengths: Strengths): Likelihood {
  const likelihood = new Likelihood(logits);
  if (likelihood.isKnown) return likelihood;
  const isMoved = strengths.some((strength) => strength !== 0);
  const subject = isMoved ? `strength ${strengths.join(', ')}` : 'the base';
  const advice = isMoved ? '; a smaller one stays within it' : '';
  throw new ServerError('not-finite', subject, `makes logits beyond what float32 holds${advice}`);
}
