import { useMemo, useState } from 'preact/hooks';
import { Button } from '../components/controls.ts';
import { Footer } from '../components/Footer.tsx';
import { t } from '../strings.ts';
import { exportChoices, type ExportKind } from './exporting.ts';
import { energyOf, energyText, lackText, roundingText, shadeText, sigmaOf, sigmaText } from './figureText.ts';
import { FactsTable } from './FactsTable.tsx';
import { countOf, energyPlot, sigmaPlot } from './plot.ts';
import { PlotFigure } from './PlotFigure.tsx';
import type { Series } from './series.ts';
import { SpectrumTable } from './SpectrumTable.tsx';
import { useWidth } from './useWidth.ts';
import type { ViewState } from './viewState.ts';

interface Props {
  readonly series: readonly Series[];
  readonly state: ViewState;
  readonly change: (part: Partial<ViewState>) => void;
  readonly onDense: (() => void) | undefined;
  readonly onExport: (kind: ExportKind) => void;
}

/** The figures, or all numbers, with the facts that sum them up. */
export function SpectrumContent({ series, state, change, onDense, onExport }: Props) {
  const hasDense = series.some(({ lack }) => lack === 'no-spectrum');
  return (
    <>
      {state.isTable ? <SpectrumTable series={series} /> : <Figures series={series} axis={state.axis} />}
      {[shadeText(series, state.choice), roundingText(series, state.axis), ...lackText(series)].flatMap(
        (text) =>
          text === ''
            ? []
            : [
                <p key={text} class="quiet">
                  {text}
                </p>,
              ],
      )}
      {hasDense && onDense && (
        <div>
          <Button onClick={onDense}>{t('Compute Spectra of Dense Tensors')}</Button>
        </div>
      )}
      <Footer
        isTable={state.isTable}
        onTable={() => change({ isTable: !state.isTable })}
        exports={exportChoices(t('Save all singular values that are shown with all digits'))}
        onExport={onExport}
      />
    </>
  );
}

const height = 240;
const gap = 24;
/** Narrower, figures stand one under the other. */
const leastForTwo = 640;

function Figures({ series, axis }: { readonly series: readonly Series[]; readonly axis: ViewState['axis'] }) {
  const { element, width } = useWidth();
  const [place, setPlace] = useState(1);
  const [line, setLine] = useState<string>();
  const count = countOf(series);
  const at = Math.min(place, count);
  const wide = width >= leastForTwo ? (width - gap) / 2 : width;
  // A moving cursor renders this alone, with the same series.
  const [sigma, energy] = useMemo(() => {
    const size = { width: wide, height };
    return [sigmaPlot(series, axis, size), energyPlot(series, size)] as const;
  }, [series, axis, wide]);
  const moving = { at, count, onPlace: setPlace, line, onLine: setLine };
  const told = series.find((each) => each.key === line);
  return (
    <div class="picture">
      <div class="plots" ref={element}>
        <PlotFigure
          {...moving}
          plot={sigma}
          name={axis === 'log' ? t('Singular values, log axis') : t('Singular values, linear axis')}
          lineText={told === undefined ? '' : sigmaOf(told, at)}
          valueText={(n) => sigmaText(series, n)}
        />
        <PlotFigure
          {...moving}
          plot={energy}
          name={t('Share of Σσ² in the first n, linear axis')}
          lineText={told === undefined ? '' : energyOf(told, at)}
          valueText={(n) => energyText(series, n)}
        />
      </div>
      <FactsTable series={series} place={at} line={line} onLine={setLine} />
    </div>
  );
}
