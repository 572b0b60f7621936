import { createHash } from 'node:crypto';
import { version } from '#protocol/version.ts';
import type { WeightsFile } from '../models/model.ts';
import type { Plan } from './plan.ts';

/** SHA-256 over the job, the files' layouts and the inputs as they were when they were planned. */
export function planHash(plan: Omit<Plan, 'hash'>, inputs: readonly WeightsFile[]): string {
  const hash = createHash('sha256');
  const part = (value: unknown) => hash.update(`${JSON.stringify(value)}\n`);
  part([version, plan.format, plan.name]);
  for (const { path, size, modifiedMilliseconds, headerSha256 } of inputs) {
    part([path, size, modifiedMilliseconds, headerSha256]);
  }
  part(plan.job.inputs);
  for (const item of plan.job.items) part(item);
  for (const { name, header } of plan.files) {
    part(name);
    hash.update(header);
  }
  for (const { path, strength, texts, copies } of plan.outputs) part([path, strength, texts, copies]);
  return hash.digest('hex');
}
