import type { OpenedModel } from '#protocol/viewer.ts';
import { halves } from '../middle.ts';
import { t } from '../strings.ts';
import { cardFacts, summaryOf } from './cardFacts.ts';

interface Props {
  /** Undefined while nothing has come. */
  readonly model: OpenedModel | undefined;
  readonly path: string;
}

/** What the model is: one line, and under it what its small files say. */
export function Card({ model, path }: Props) {
  const name = model?.name ?? path.split(/[\\/]/).at(-1) ?? path;
  return (
    <header class="card">
      <div class="header-line">
        <h1 title={model?.path ?? path}>{name}</h1>
        <span class="card-summary quiet">
          {model === undefined ? t('Opening …') : summaryOf(model).join(' · ')}
        </span>
      </div>
      <dl class="card-facts">
        {model !== undefined &&
          cardFacts(model).map(({ name, value, hint }) => (
            <div key={name} title={hint === undefined || hint === '' ? value : `${value}\n${hint}`}>
              <dt>{name}</dt>
              <dd>{isPath(value) ? <MiddleCut text={value} /> : value}</dd>
            </div>
          ))}
      </dl>
    </header>
  );
}

function isPath(value: string): boolean {
  return /^\S+\.\S+\.\S+$/.test(value);
}

/** A tensor's name, cut before its end where it is too long. */
function MiddleCut({ text }: { readonly text: string }) {
  const [start, end] = halves(text);
  return (
    <span class="middle-cut">
      <span class="tensor-name-start">{start}</span>
      <span class="tensor-name-end">{end}</span>
    </span>
  );
}
