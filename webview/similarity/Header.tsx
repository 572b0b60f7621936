import type { SimilarityResult } from '#protocol/similarity.ts';
import { Button, Choice } from '../components/controls.ts';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { t } from '../strings.ts';
import { type Asked, shareOf } from './asked.ts';
import { AskedStatus } from './AskedStatus.tsx';
import { nullText } from './nullText.ts';
import { type SliceChoice, sliceChoices, sliceText } from './slices.ts';
import type { Order, ViewState } from './viewState.ts';

interface Props {
  readonly title: string;
  readonly asked: Asked;
  readonly state: ViewState;
  readonly change: (part: Partial<ViewState>) => void;
  readonly onChooseControls: () => void;
}

/** What it is, how far it is, what it is held against, and how it is shown. */
export function Header({ title, asked, state, change, onChooseControls }: Props) {
  const { answer } = asked;
  return (
    <header>
      <div class="header-line">
        <h1 title={title}>{title}</h1>
        <AskedStatus asked={asked} />
      </div>
      <ProgressBar share={answer.phase === 'working' ? shareOf(answer.progress) : undefined} />
      <div class="header-facts null-line">
        <p class="quiet">{answer.value !== undefined && nullText(answer.value.null)}</p>
      </div>
      <div class="header-line">
        <Button onClick={onChooseControls}>{t('Choose Controls…')}</Button>
        <div class="choices">
          <OrderChoice order={state.order} onOrder={(order) => change({ order })} />
          <PartChoice result={answer.value} slice={state.slice} onSlice={(slice) => change({ slice })} />
        </div>
      </div>
    </header>
  );
}

function OrderChoice({
  order,
  onOrder,
}: {
  readonly order: Order;
  readonly onOrder: (order: Order) => void;
}) {
  const options = [
    { value: 'given', text: t('as given') },
    { value: 'clustered', text: t('by cluster') },
  ] as const;
  return (
    <div class="choice">
      <span aria-hidden="true">{t('Order')}</span>
      <Choice label={t('Order')} value={order} options={options} onChange={onOrder} />
    </div>
  );
}

interface PartProps {
  readonly result: SimilarityResult | undefined;
  readonly slice: SliceChoice;
  readonly onSlice: (slice: SliceChoice) => void;
}

function PartChoice({ result, slice, onSlice }: PartProps) {
  const choices = result === undefined ? [slice] : sliceChoices(result);
  const options = choices.map((choice) => ({ value: keyOf(choice), text: sliceText(choice) }));
  const changed = (key: string) => {
    const chosen = choices.find((choice) => keyOf(choice) === key);
    if (chosen !== undefined) onSlice(chosen);
  };
  return (
    <div class="choice part-choice">
      <span aria-hidden="true">{t('Part')}</span>
      <Choice label={t('Part')} value={keyOf(slice)} options={options} onChange={changed} />
    </div>
  );
}

function keyOf(choice: SliceChoice): string {
  return choice.kind === 'module' ? `module ${choice.module}` : choice.kind;
}
