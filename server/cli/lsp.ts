import { Command } from 'commander';
import { examples } from './options.ts';

/** `steer lsp --stdio`: the language server for recipes, for any editor. */
export function lspCommand(): Command {
  const command = new Command('lsp')
    .summary('the language server for recipes')
    .description('Runs the language server for recipes (*.steer.yaml), for any editor.')
    .requiredOption('--stdio', 'speak the Language Server Protocol on standard input and output')
    // Clients add arguments of their own, such as --clientProcessId.
    .allowUnknownOption()
    .allowExcessArguments()
    .action(serve);
  return examples(command, [['steer lsp --stdio', 'what an editor runs']]);
}

/** Never returns: the process ends with its client, or by a signal. */
async function serve(): Promise<void> {
  const { createConnection, ProposedFeatures } = await import('vscode-languageserver/node');
  const { startServer } = await import('../startServer.ts');
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(130));
  startServer(createConnection(ProposedFeatures.all));
  await new Promise<never>(() => {});
}
