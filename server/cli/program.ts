import { version } from '#protocol/version.ts';
import { Command } from 'commander';
import { analyzeCommand } from './analyze.ts';
import { checkCommand } from './check.ts';
import { compareCommand } from './compare.ts';
import { completionCommand } from './completion.ts';
import { contrastCommand } from './contrast.ts';
import { generateCommand } from './generate.ts';
import { initCommand } from './init.ts';
import { inspectCommand } from './inspect.ts';
import { lspCommand } from './lsp.ts';
import { examples } from './options.ts';
import { reportCommand } from './report.ts';
import { serveCommand } from './serve.ts';
import type { Run } from './session.ts';
import { shareCommand } from './share.ts';
import { similarityCommand } from './similarity.ts';
import { vocabularyCommand } from './vocabulary.ts';
import { tokenizeCommand } from './tokenize.ts';
import { writeCommand } from './write.ts';

/** The commands of `steer`, whose work is done by `run`. */
export function createProgram(run: Run): Command {
  const program = new Command('steer')
    .description('Edits what a language model does by arithmetic on its weights.')
    .usage('COMMAND …')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'say what a command does, with examples')
    .showSuggestionAfterError()
    .showHelpAfterError('See: steer --help');
  for (const command of [
    inspectCommand,
    checkCommand,
    compareCommand,
    initCommand,
    contrastCommand,
    analyzeCommand,
    similarityCommand,
    vocabularyCommand,
    reportCommand,
    writeCommand,
    generateCommand,
    serveCommand,
    shareCommand,
    tokenizeCommand,
  ]) {
    program.addCommand(command(run));
  }
  program.addCommand(lspCommand());
  program.addCommand(completionCommand(run, program));
  for (const command of program.commands) {
    command.helpOption('-h, --help', 'say what this does');
    command.showHelpAfterError(`See: steer ${command.name()} --help`);
  }
  program.addHelpText(
    'after',
    `
A model is a path or a Hub id (ORG/NAME) that has been downloaded, with @REVISION where wanted.
Results go to standard output, progress to standard error. Exit status: 0 done, 1 a check found
something, 2 could not do it, 130 cancelled.`,
  );
  return examples(program, [
    ['steer init adapters/honest adapters/sycophantic -o honest.steer.yaml', 'a recipe from two fine-tunes'],
    ['steer analyze honest.steer.yaml', 'how far the direction reaches, layer by layer'],
    ['steer write honest.steer.yaml --strength -1 0.5 1.5', 'steered models at three strengths'],
  ]);
}
