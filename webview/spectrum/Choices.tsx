import { Choice } from '../components/controls.ts';
import { t } from '../strings.ts';
import { layersOf, matricesOf, moduleKey, moduleText, moduleTypes, type TensorChoice } from './choice.ts';
import type { Direction } from './series.ts';
import type { ViewState } from './viewState.ts';

interface Props {
  readonly directions: readonly Direction[];
  readonly state: ViewState;
  readonly change: (part: Partial<ViewState>) => void;
}

/** Which tensors are drawn, and on which axis. */
export function Choices({ directions, state: { choice, axis }, change }: Props) {
  const matrices = matricesOf(directions.map(({ run }) => run.plan?.tensors ?? []));
  const module = choice.kind === 'module' ? choice.module : 'leading';
  const layers = layersOf(matrices, module);
  const types = moduleTypes(matrices).map((place) => ({ value: moduleKey(place), text: moduleText(place) }));
  return (
    <div class="choices">
      <Labelled
        name={t('Tensors')}
        value={module}
        options={[{ value: 'leading', text: t('leading tensors') }, ...types]}
        onChange={(value) => change({ choice: turned(choice, value, layersOf(matrices, value)) })}
      />
      {layers.length > 0 && (
        <Labelled
          name={t('Layer')}
          value={layerKey(choice)}
          options={[
            { value: 'all', text: t('all layers') },
            ...layers.map((layer) => ({ value: String(layer), text: String(layer) })),
          ]}
          onChange={(value) => change({ choice: atLayer(module, value) })}
        />
      )}
      <Labelled
        name={t('Axis')}
        value={axis}
        options={[
          { value: 'log', text: t('log') },
          { value: 'linear', text: t('linear') },
        ]}
        onChange={(value) => change({ axis: value === 'linear' ? 'linear' : 'log' })}
      />
    </div>
  );
}

interface LabelledProps {
  readonly name: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly onChange: (value: string) => void;
}

/** A choice with its name in front. */
export function Labelled({ name, value, options, onChange }: LabelledProps) {
  return (
    <div class="choice">
      <span aria-hidden="true">{name}</span>
      <Choice label={name} value={value} options={options} onChange={onChange} />
    </div>
  );
}

/** Another module type, in the same layer where it has that one. */
function turned(before: TensorChoice, module: string, layers: readonly number[]): TensorChoice {
  if (module === 'leading') return { kind: 'leading' };
  const layer = before.kind === 'module' && before.layer !== null ? before.layer : null;
  return { kind: 'module', module, layer: layer !== null && layers.includes(layer) ? layer : null };
}

function atLayer(module: string, value: string): TensorChoice {
  return { kind: 'module', module, layer: value === 'all' ? null : Number(value) };
}

function layerKey(choice: TensorChoice): string {
  return choice.kind === 'module' && choice.layer !== null ? String(choice.layer) : 'all';
}
