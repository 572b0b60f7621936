import type { OpenedModel } from '#protocol/viewer.ts';
import { useMemo } from 'preact/hooks';
import { TensorName } from '../components/TensorName.tsx';
import { bytes } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import { LayerSizes } from './LayerSizes.tsx';
import { ShareBars } from './ShareBars.tsx';
import { layerShares, moduleShares } from './shares.ts';
import { TableToggle } from './TableToggle.tsx';
import type { ChangeState, ViewState } from './viewState.ts';

interface Props {
  readonly model: OpenedModel;
  readonly state: ViewState;
  readonly change: ChangeState;
  readonly onCopy: (text: string) => void;
}

/** What a model's size is made of. */
export function ModelPage({ model, state, change, onCopy }: Props) {
  const byModule = useMemo(() => moduleShares(model.tensors), [model]);
  const byLayer = useMemo(() => layerShares(model), [model]);
  const byType = model.dtypes.map(({ dtype, ...share }) => ({ label: dtype, ...share }));
  const shared = { total: model.bytes, isTable: state.isTable };
  return (
    <>
      <div class="pane-head">
        <h2>{t('Size')}</h2>
        <TableToggle isTable={state.isTable} change={change} />
      </div>
      {model.layers > 0 && <LayerSizes shares={byLayer} {...shared} />}
      <ShareBars title={t('By module')} shares={byModule} {...shared} />
      <ShareBars title={t('By dtype')} shares={byType} {...shared} />
      {model.files.length > 1 && <Files model={model} change={change} />}
      {model.checkpoints.length > 0 && <Checkpoints model={model} onCopy={onCopy} />}
      {model.metadata.length > 0 && <Metadata model={model} onCopy={onCopy} />}
      <p class="quiet pane-hint">
        {t('Open a tensor to see its values. Keys: / filters, t shows tables, Escape goes back.')}
      </p>
    </>
  );
}

function Files({ model, change }: Pick<Props, 'model' | 'change'>) {
  return (
    <section>
      <h3>{t('Files')}</h3>
      <ul class="file-list">
        {model.files.map(({ name, path, size, tensors }) => (
          <li key={name}>
            <button
              type="button"
              class="link"
              title={t('Show only the tensors of {0}', path)}
              onClick={() => change({ file: name })}
            >
              {name}
            </button>
            <span class="number quiet">{t('{0} tensors', tensors)}</span>
            <span class="number">{bytes(size)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Checkpoints({ model, onCopy }: Pick<Props, 'model' | 'onCopy'>) {
  return (
    <section>
      <h3>{t('Checkpoints')}</h3>
      <ul class="file-list">
        {model.checkpoints.map(({ step, path }) => (
          <li key={path}>
            <span>{t('Step {0}', step)}</span>
            <TensorName name={path} onCopy={onCopy} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Metadata({ model, onCopy }: Pick<Props, 'model' | 'onCopy'>) {
  return (
    <section>
      <h3>{t('Metadata')}</h3>
      <dl class="facts-list metadata">
        {model.metadata.map(([key, value]) => (
          <div key={key} title={value.slice(0, 2000)} onDblClick={() => onCopy(value)}>
            <dt>{key}</dt>
            <dd>{value.slice(0, 200)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
