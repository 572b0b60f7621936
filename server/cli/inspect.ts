import { basename } from 'node:path';
import { bytes } from '#protocol/figures.ts';
import type { AdapterFacts, InspectResult } from '#protocol/results.ts';
import { Command } from 'commander';
import { inspect } from '../analysis/inspect.ts';
import { counted, grouped } from '../numbers.ts';
import { headerLines } from '../tasks/headerLines.ts';
import { LazyWork } from '../tasks/lazyWork.ts';
import { openReference } from '../tasks/openReference.ts';
import { tensorStatistics } from '../tasks/tensorStatistics.ts';
import { ViewedModels } from '../tasks/viewedModels.ts';
import { examples, jsonOption } from './options.ts';
import { plainStatistics } from './plainStatistics.ts';
import type { Answer, Run, Session } from './session.ts';
import { shownPath } from '../shownPath.ts';
import { table } from './table.ts';
import { tensorText } from './tensorText.ts';

interface InspectFlags {
  readonly lines?: boolean;
  readonly tensor?: string;
}

/** `steer inspect MODEL`: facts from headers, whatever the size; or all about the values of one tensor. */
export function inspectCommand(run: Run): Command {
  const command = new Command('inspect')
    .summary('what a model consists of')
    .description(
      'Shows what a model consists of. Reads headers only, whatever its size; with --tensor all values of one tensor.',
    )
    .argument('<model>', 'checkpoint, adapter, direction, training run or weights file')
    .option('--lines', 'one line a tensor, the same wherever the files are: for git diff')
    .option('--tensor <name>', 'read all of this tensor: moments, quantiles, norms, histogram')
    .addOption(jsonOption())
    .action((reference: string, flags: InspectFlags) =>
      run((session) => inspected(reference, flags, session)),
    );
  return examples(command, [
    ['steer inspect models/base', 'every tensor with its dtype, shape and file'],
    ['steer inspect Qwen/Qwen2.5-0.5B-Instruct --json', 'the same of a downloaded Hub model, for scripts'],
    ['steer inspect models/base --tensor lm_head.weight', 'what its values are like'],
    ["git config diff.weights.textconv 'steer inspect --lines'", 'weights in git diff'],
  ]);
}

async function inspected(reference: string, flags: InspectFlags, session: Session): Promise<Answer> {
  if (flags.tensor !== undefined) return await tensorOf(reference, flags.tensor, session);
  if (flags.lines === true) {
    const result = await headerLines(reference, session);
    return { result, text: result.text.trimEnd() };
  }
  const result = inspect(await openReference(reference, session));
  return { result, text: inspectText(result, session.folder) };
}

async function tensorOf(reference: string, name: string, session: Session): Promise<Answer> {
  const { path } = await openReference(reference, session);
  await using work = new LazyWork('cpu', session.signal);
  const options = { models: new ViewedModels(), work: work.open };
  const statistics = await tensorStatistics({ path, name }, session, options);
  return { result: plainStatistics(statistics), text: tensorText(statistics) };
}

export function inspectText(result: InspectResult, folder: string): string {
  return [heading(result, folder), ...details(result), '', list(result, folder)].join('\n').trimEnd();
}

function heading(
  { kind, path, parameters, bytes: size, tensors, format }: InspectResult,
  folder: string,
): string {
  const what = kind === 'run' ? 'training run' : kind === 'file' ? 'weights file' : kind;
  const facts = [counted(tensors.length, 'tensor'), `${grouped(parameters)} parameters`, bytes(size), format];
  return [`${shownPath(path, folder)}: ${what}`, ...(kind === 'run' ? [] : [facts.join(', ')])].join('\n');
}

/** The lines of the configurations that tell models apart. */
function details({ config, adapter, facts, quantization }: InspectResult): readonly string[] {
  const shown: readonly (readonly [label: string, value: unknown])[] = [
    ['architecture', config?.['architectures'] ?? config?.['model_type']],
    ['layers', config?.['num_hidden_layers'] ?? config?.['n_layer'] ?? config?.['layers']],
    ['width', config?.['hidden_size'] ?? config?.['n_embd']],
    ['quantised', quantization && `${quantization.description}; steered only by way of an adapter`],
    ['tied embeddings', config?.['tie_word_embeddings']],
    ['method', facts && methodOf(facts)],
    ['base', facts?.base],
    ['rank', facts && ranksOf(facts)],
    ['trained tokens', facts?.tokens === 0 ? undefined : facts?.tokens],
    ['modules', adapter?.['target_modules']],
    ['held whole', adapter?.['modules_to_save']],
  ];
  return shown.flatMap(([label, value]) => (isShown(value) ? [`${label}: ${words(value)}`] : []));
}

/** `DoRA of MLX, initialised with PiSSA` */
function methodOf({ method, library, initialisation }: AdapterFacts): string {
  const start = initialisation === null ? '' : `, initialised with ${initialisation}`;
  return `${method}${library === 'mlx' ? ' of MLX' : ''}${start}`;
}

/** `8 (scale 0.5) on 6 modules, 4 (scale 1) on 2 modules` */
function ranksOf({ ranks }: AdapterFacts): string | undefined {
  const most = ranks.slice(0, 5).map(({ rank, scale, modules }) => {
    return `${rank} (scale ${Number(scale.toPrecision(4))}) on ${counted(modules, 'module')}`;
  });
  const more = ranks.length > 5 ? [`${ranks.length - 5} more`] : [];
  return ranks.length === 0 ? undefined : [...most, ...more].join(', ');
}

function isShown(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function words(value: unknown): string {
  if (Array.isArray(value)) return value.map(words).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function list({ kind, tensors, checkpoints = [] }: InspectResult, folder: string): string {
  if (kind === 'run') {
    const rows = checkpoints.map(({ step, path }) => [grouped(step), shownPath(path, folder)]);
    return table([{ heading: 'step', align: 'right' }, { heading: 'checkpoint' }], rows);
  }
  const rows = tensors.map(({ name, dtype, shape, bytes: size, file }) => {
    return [
      name,
      dtype,
      shape.join(' × '),
      bytes(size),
      basename(file) === file ? file : shownPath(file, folder),
    ];
  });
  const columns = [
    { heading: 'tensor' },
    { heading: 'dtype' },
    { heading: 'shape' },
    { heading: 'size', align: 'right' },
    { heading: 'file' },
  ] as const;
  return table(columns, rows);
}
