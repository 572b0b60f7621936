import type {
  AdapterFacts,
  MemoryEstimates,
  OpenedModel,
  Provenance,
  TokenizerFacts,
} from '#protocol/viewer.ts';
import { bytes, grouped, parameters, percent, significant } from '#protocol/figures.ts';
import { t } from '../strings.ts';

/** A line of the card. */
export interface CardFact {
  readonly name: string;
  readonly value: string;
  /** What the value does not say. */
  readonly hint?: string;
}

/** What a model is, in one line: `Qwen2 · 494M parameters · BF16 · 988 MB · 1 file · 24 layers`. */
export function summaryOf(model: OpenedModel): readonly string[] {
  return [
    model.architecture ?? kindName(model),
    t('{0} parameters', parameters(model.parameters)),
    dtypeMix(model),
    bytes(model.bytes),
    model.files.length === 1 ? t('1 file') : t('{0} files', grouped(model.files.length)),
    model.layers > 0 ? t('{0} layers', model.layers) : '',
  ].filter((part) => part !== '');
}

function kindName({ kind }: OpenedModel): string {
  switch (kind) {
    case 'checkpoint':
      return t('Checkpoint');
    case 'adapter':
      return t('Adapter');
    case 'direction':
      return t('Direction');
    case 'run':
      return t('Training run');
    case 'file':
      return t('File');
  }
}

/** The most common with its share, unless that would be rounded to all; the others by name. */
function dtypeMix({ dtypes, bytes: all }: OpenedModel): string {
  const [most, ...others] = dtypes;
  const share = (most?.bytes ?? 0) / Math.max(1, all);
  const first = others.length > 0 && share < 0.995 ? `${most?.dtype} ${percent(share)}` : most?.dtype;
  return [first ?? '', ...others.map(({ dtype }) => dtype)].filter((part) => part !== '').join(', ');
}

/** Everything else that headers and small files tell, as far as they do. */
export function cardFacts(model: OpenedModel): readonly CardFact[] {
  const { tied, tokenizer, adapter, memory, provenance } = model;
  return [
    ...(adapter === null ? [] : adapterFacts(adapter)),
    ...(tied === null ? [] : [{ name: t('Tied'), value: tied.embedding, hint: t('Is {0} too', tied.head) }]),
    ...(tokenizer === null ? [] : tokenizerFacts(tokenizer)),
    ...(memory === null ? [] : memoryFacts(memory)),
    ...provenanceFacts(provenance),
  ];
}

function adapterFacts({ method, scalings, targets, whole, base, rank, alpha }: AdapterFacts): CardFact[] {
  const [first] = scalings;
  const scale = first === undefined ? '' : ` · ${t('scale {0}', significant(first.scale))}`;
  const facts: CardFact[] = [
    { name: t('Adapter'), value: `${method} · r ${rank} · α ${alpha}${scale}`, hint: scalingsText(scalings) },
    { name: t('Targets'), value: targets.join(', ') },
  ];
  if (whole.length > 0)
    facts.push({ name: t('Held whole'), value: grouped(whole.length), hint: whole.join('\n') });
  if (base !== null) facts.push({ name: t('Base'), value: base });
  return facts;
}

function scalingsText(scalings: AdapterFacts['scalings']): string {
  return scalings
    .map(({ rank, alpha, scale, modules }) =>
      t('{0} modules: rank {1}, alpha {2}, scale {3}', modules, rank, alpha, significant(scale)),
    )
    .join('\n');
}

function tokenizerFacts({ vocabulary, rows, class: name, special, template }: TokenizerFacts): CardFact[] {
  const tokens = vocabulary === null ? '' : t('{0} tokens', grouped(vocabulary));
  const padded = rows !== null && rows !== vocabulary ? t('{0} rows', grouped(rows)) : '';
  const hint = special.map(([role, token]) => `${role}: ${token}`).join('\n');
  const value = [name ?? '', tokens, padded].filter((part) => part !== '').join(' · ');
  return [
    ...(value === '' ? [] : [{ name: t('Tokenizer'), value, hint }]),
    { name: t('Chat template'), value: template ?? t('none') },
  ];
}

function memoryFacts({ inference, steering, basis }: MemoryEstimates): CardFact[] {
  const hint = basis.join('\n');
  return [
    {
      name: t('Memory to run'),
      value: t('{0} at {1} tokens', bytes(inference.total), grouped(inference.context)),
      hint,
    },
    { name: t('To steer'), value: t('{0}, {1} of disk', bytes(steering.memory), bytes(steering.disk)), hint },
  ];
}

function provenanceFacts({ steering, direction, card }: Provenance): CardFact[] {
  const facts: CardFact[] = [];
  if (steering !== null) {
    const strength =
      steering.strength === null ? '' : ` · ${t('strength {0}', significant(steering.strength))}`;
    const value = `${steering.recipe ?? steering.tool}${strength}`;
    facts.push({ name: t('Written by'), value, hint: [steering.tool, ...steering.inputs].join('\n') });
  }
  if (direction !== null) {
    const value = `${direction.name} · ‖w‖ ${significant(direction.norm)}`;
    facts.push({ name: t('Direction'), value, hint: `${direction.tool} · ${direction.created}` });
    if (direction.base !== null) facts.push({ name: t('Base'), value: direction.base });
  }
  if (card !== null && card.baseModels.length > 0)
    facts.push({ name: t('Made from'), value: card.baseModels.join(', '), hint: card.tags.join(', ') });
  if (card !== null && card.license !== null) facts.push({ name: t('License'), value: card.license });
  return facts;
}
