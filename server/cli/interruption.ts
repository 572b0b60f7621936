/**
 * A signal that Ctrl-C and SIGTERM abort, so that the work can end tidily. A second one ends the process at once,
 * with the status of a cancelled command.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort(new Error(`Interrupted by ${name}.`));
    });
  }
  return controller.signal;
}
