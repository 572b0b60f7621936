import { percent, significant } from '#protocol/figures.ts';
import type { TensorAnalysis } from '#protocol/results.ts';
import { Button } from '../components/controls.ts';
import { TensorName } from '../components/TensorName.tsx';
import { t } from '../strings.ts';
import { factsOf } from './facts.ts';
import type { Cell } from './grid.ts';
import { cellName } from './names.ts';
import type { Numbers } from './reading.ts';
import { Spectrum } from './Spectrum.tsx';

interface Props {
  readonly cell: Cell;
  readonly numbers: Numbers;
  readonly isPinned: boolean;
  readonly onUnpin: () => void;
  readonly onCopy: (text: string) => void;
}

/** Tensors listed by name; the table has the others. */
const most = 8;

/** Everything about one field of the picture. */
export function CellFacts({ cell, numbers, isPinned, onUnpin, onCopy }: Props) {
  const [only] = cell.tensors;
  const isOne = cell.tensors.length === 1 && only !== undefined;
  const largest = largestFirst(cell, numbers);
  const spectral = largest.find(({ singularValues }) => singularValues !== null);
  return (
    <section class="facts" aria-label={cellName(cell)}>
      <div class="facts-head">
        <h2>{cellName(cell)}</h2>
        {isPinned && <Button appearance="icon" icon="pinned" label={t('Unpin')} onClick={onUnpin} />}
      </div>
      <div>
        {isOne && <TensorName name={only.name} onCopy={onCopy} />}
        <dl class="facts-list">
          {factsOf(cell, numbers).map(({ name, value, hint }) => (
            <div key={name} title={hint}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div>
        {!isOne && <TensorList tensors={largest} count={cell.tensors.length} onCopy={onCopy} />}
        {spectral?.singularValues && (
          <>
            {!isOne && <TensorName name={spectral.name} onCopy={onCopy} />}
            <Spectrum values={spectral.singularValues} error={spectral.spectrumError} />
          </>
        )}
        {isOne && only.rank === null && spectral === undefined && (
          <p class="quiet">{t('A dense tensor: it has a norm and no spectrum.')}</p>
        )}
      </div>
    </section>
  );
}

function largestFirst({ tensors }: Cell, { rows }: Numbers): TensorAnalysis[] {
  return tensors
    .map(({ name }) => rows.get(name))
    .filter((row) => row !== undefined)
    .toSorted((a, b) => (b.norm ?? Infinity) - (a.norm ?? Infinity));
}

interface TensorListProps {
  readonly tensors: readonly TensorAnalysis[];
  readonly count: number;
  readonly onCopy: (text: string) => void;
}

function TensorList({ tensors, count, onCopy }: TensorListProps) {
  return (
    <>
      <ul class="facts-tensors">
        {tensors.slice(0, most).map(({ name, norm, relativeNorm }) => (
          <li key={name}>
            <TensorName name={name} onCopy={onCopy} />
            <span class="number">{relativeNorm === null ? significant(norm) : percent(relativeNorm)}</span>
          </li>
        ))}
      </ul>
      {count > most && <p class="quiet">{t('The {0} largest of {1}; the table has all.', most, count)}</p>}
    </>
  );
}
