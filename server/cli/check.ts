import type { CheckResult, Finding, Severity } from '#protocol/check.ts';
import { Command, Option } from 'commander';
import { checkModels } from '../tasks/checkModels.ts';
import { fixModels } from '../tasks/fixModels.ts';
import { checkGithub } from './checkGithub.ts';
import { checkSarif } from './checkSarif.ts';
import { checkText } from './checkText.ts';
import { jsonText } from './jsonText.ts';
import { examples, jsonOption } from './options.ts';
import type { Answer, Run, Session } from './session.ts';

interface CheckFlags {
  readonly values?: boolean;
  readonly fix?: boolean;
  readonly failOn: Severity;
  readonly format: keyof typeof formats;
}

const formats = {
  text: checkText,
  github: checkGithub,
  sarif: checkSarif,
  json: jsonText,
} satisfies Record<string, (result: CheckResult, folder: string) => string>;

/** `steer check MODEL…`: what is wrong with these files. */
export function checkCommand(run: Run): Command {
  const command = new Command('check')
    .summary('what is wrong with the files of a model')
    .description(
      'Says what is wrong with the files of models: shards and their index, shapes, tokenizer, adapters and their base. Values are ' +
        'looked at too, of more than 64 MB with --values. Exits with 1 where there are errors.',
    )
    .argument('<models...>', 'checkpoints, adapters, directions, training runs or weights files')
    .option('--values', 'read all weights: NaN, zeros, duplicates')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on')
        .choices(['error', 'warning', 'info'])
        .default('error'),
    )
    .option('--fix', 'put right what is safe to; what was there is kept as NAME.bak')
    .addOption(
      new Option('--format <format>', 'how to print it').choices(Object.keys(formats)).default('text'),
    )
    .addOption(jsonOption())
    .action((models: string[], flags: CheckFlags) => run((session) => checked(models, flags, session)));
  return examples(command, [
    ['steer check models/base', 'headers and configurations, and values of small models'],
    ['steer check models/* --values --fail-on warning', 'everything, in scripts'],
    ['steer check models/base --fix', 'and put right what is safe to'],
    ['steer check adapters/* --format github', 'annotations in a GitHub workflow'],
    ['steer check models/base --format sarif > check.sarif', 'for code scanning'],
  ]);
}

async function checked(models: readonly string[], flags: CheckFlags, session: Session): Promise<Answer> {
  const params = { models, depth: flags.values === true ? 'values' : 'small' } as const;
  const task = flags.fix === true ? fixModels : checkModels;
  const result = await task(params, session, (progress) => {
    if (progress.kind === 'state') session.report(progress);
  });
  const text = formats[flags.format](result, session.folder);
  return { result, text, status: fails(result.findings, flags.failOn) ? 1 : 0 };
}

const severities: readonly Severity[] = ['error', 'warning', 'info'];

function fails(findings: readonly Finding[], from: Severity): boolean {
  return findings.some(({ severity }) => severities.indexOf(severity) <= severities.indexOf(from));
}
