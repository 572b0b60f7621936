import { resolve } from 'node:path';
import type { ServeResult } from '#protocol/results.ts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { serveModel } from '../serving/serveModel.ts';
import { shellWord } from '../shellWord.ts';
import { examples, jsonOption } from './options.ts';
import type { Run, Session } from './session.ts';

interface ServeFlags {
  readonly recipe?: string;
  readonly direction?: string;
  readonly port: number;
  readonly apiKey?: string;
  readonly cors?: string;
}

/** `steer serve MODEL`: an endpoint that speaks OpenAI's API, on this machine alone. */
export function serveCommand(run: Run): Command {
  const command = new Command('serve')
    .summary("a steered model behind OpenAI's API, on this machine")
    .description(
      "Answers chats and completions as OpenAI's API does, at any strength: the model's name has it, as in honest@1.5. Only this machine reaches it; Ctrl+C ends it.",
    )
    .argument('<model>', 'a checkpoint, or MODEL+ADAPTER')
    .option('--recipe <file>', 'steers along the directions of a *.steer.yaml file')
    .addOption(
      new Option('--direction <model>', 'steers along a stored direction, or an adapter').conflicts('recipe'),
    )
    .addOption(
      new Option('--port <n>', 'where it listens on 127.0.0.1; 0: any that is free')
        .argParser(toPort)
        .default(8000),
    )
    .addOption(
      new Option('--api-key <key>', 'what every request has to bring; for machines with other users').env(
        'WEIGHT_STEERING_API_KEY',
      ),
    )
    .option('--cors <origin>', 'lets pages of an origin ask, such as http://localhost:3000; * lets all')
    .addOption(jsonOption())
    .action((model: string, flags: ServeFlags) => run((session) => served(model, flags, session)));
  return examples(command, [
    ['steer serve models/base --recipe honest.steer.yaml', 'honest, honest@-1, base …'],
    ['steer serve models/base --recipe honest.steer.yaml --port 0 --json', 'for a script: {"url", "models"}'],
  ]);
}

async function served(model: string, flags: ServeFlags, session: Session): Promise<undefined> {
  const { recipe, apiKey } = flags;
  const onReady = (said: ServeResult) =>
    session.announce({ result: said, text: lines(said, apiKey !== undefined) });
  await serveModel(
    {
      ...flags,
      model,
      recipe: recipe === undefined ? undefined : resolve(session.folder, recipe),
      onReady,
    },
    session,
  );
  return undefined;
}

function lines({ url, models }: ServeResult, hasKey: boolean): string {
  const name = models.find((each) => each !== 'base') ?? 'base';
  const message = { model: name, messages: [{ role: 'user', content: 'What is the capital of France?' }] };
  const words = [
    'curl',
    `${url}/chat/completions`,
    '-H',
    'Content-Type: application/json',
    ...(hasKey ? ['-H', 'Authorization: Bearer KEY'] : []),
    '-d',
    JSON.stringify(message),
  ];
  const other = name === 'base' ? '' : `, and ${name}@K at every strength, such as ${name}@1.5`;
  return `Serving ${models.join(', ')}${other}\n${url}\n\n${words.map(shellWord).join(' ')}\n\nCtrl+C ends it.`;
}

function toPort(value: string): number {
  if (/^\d+$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new InvalidArgumentError('It takes a port from 0 to 65535.');
}
