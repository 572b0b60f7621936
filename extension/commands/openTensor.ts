import { leave } from '../failures.ts';

/** Shows a tensor of the model at a path in its viewer. */
export type OpenTensor = (path: string, name: string) => Promise<void>;

/** *Open Tensor*, for links in header documents: they name the model's path, and the tensor. */
export async function openTensor([path, name]: readonly unknown[], open: OpenTensor): Promise<void> {
  await (typeof path === 'string' && typeof name === 'string' ? open(path, name) : leave());
}
