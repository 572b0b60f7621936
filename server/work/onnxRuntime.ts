import type * as Onnx from 'onnxruntime-node';
import { isMainThread } from 'node:worker_threads';

/** ONNX Runtime, or why it cannot be had. */
export type Runtime = { readonly runtime: typeof Onnx } | { readonly missing: string };

let loading: Promise<Runtime> | undefined;

/** Loads ONNX Runtime once for the process. A platform without its binary is a fact, not a failure: kernels multiply too. */
export function loadRuntime(): Promise<Runtime> {
  if (!isMainThread) throw new Error('Only the main thread of a process may load ONNX Runtime.');
  loading ??= load();
  return loading;
}

async function load(): Promise<Runtime> {
  try {
    const loaded = await import('onnxruntime-node');
    return { runtime: loaded };
  } catch (error) {
    return { missing: error instanceof Error ? firstLine(error.message) : String(error) };
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
