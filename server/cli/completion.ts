import { Argument, type Command as Program, Command } from 'commander';
import { bashCompletion, fishCompletion, zshCompletion } from './completionScripts.ts';
import { examples } from './options.ts';
import type { Run } from './session.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** `steer completion SHELL`: a script that completes commands, options and files; made from `program` itself. */
export function completionCommand(run: Run, program: Program): Command {
  const command = new Command('completion')
    .summary('a script that completes in a shell')
    .description('Prints a script that completes commands, options and files in a shell.')
    .addArgument(new Argument('<shell>').choices(Object.keys(scripts)))
    .action((shell: keyof typeof scripts) =>
      run(() => Promise.resolve({ result: {}, text: scripts[shell](program).trimEnd() })),
    );
  return examples(command, [
    ['source <(steer completion bash)', 'in ~/.bashrc'],
    ['source <(steer completion zsh)', 'in ~/.zshrc, after compinit'],
    ['steer completion fish | source', 'in ~/.config/fish/config.fish'],
  ]);
}
