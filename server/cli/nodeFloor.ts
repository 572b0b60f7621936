/** The oldest Node.js that shares memory with ONNX Runtime as this program needs it. */
const floor = 22;

/** Why this Node.js will not do, as a sentence; undefined where it will. */
export function nodeProblem(version: string): string | undefined {
  const major = Number.parseInt(version, 10);
  if (major >= floor) return undefined;
  return `Weight Steering needs Node.js ${floor} or newer; this is ${version}.`;
}
