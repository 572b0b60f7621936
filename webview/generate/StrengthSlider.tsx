import { t } from '../strings.ts';
import type { MildBand } from '#protocol/generation.ts';
import { strengthText } from './names.ts';
import { NumberEntry } from './NumberEntry.tsx';

interface Props {
  /** Of the direction. */
  readonly name: string;
  readonly value: number;
  /** Undefined where it was not measured. */
  readonly band: MildBand | undefined;
  readonly onChange: (value: number) => void;
}

const step = 0.05;
/** The slider's end, unless a number beyond it was typed. */
const reach = 2;

/** How far along a direction: dragged between the ends, typed without any. */
export function StrengthSlider({ name, value, band, onChange }: Props) {
  const end = Math.max(reach, Math.ceil(Math.abs(value)));
  const changed = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
    onChange(currentTarget.valueAsNumber);
  const label = t('Strength of {0}', name);
  return (
    <div class="strength">
      <span class="strength-name" title={name}>
        {name}
      </span>
      <span class="strength-slide">
        {band !== undefined && <Band band={band} end={end} />}
        <input
          type="range"
          aria-label={label}
          aria-valuetext={strengthText(value)}
          min={-end}
          max={end}
          step={step}
          value={value}
          onInput={changed}
        />
        <span class="strength-ticks" aria-hidden="true">
          {[-1, 0, 1].map((tick) => (
            <span key={tick} style={{ left: `${(50 * (tick + end)) / end}%` }}>
              {strengthText(tick)}
            </span>
          ))}
        </span>
      </span>
      <NumberEntry label={t('{0}, as a number', label)} limits={{ step }} value={value} onChange={onChange} />
    </div>
  );
}

/** What is mild, as far as the slider reaches. */
function Band({ band, end }: { readonly band: MildBand; readonly end: number }) {
  const share = (k: number) => (50 * (Math.max(-end, Math.min(end, k)) + end)) / end;
  const [from, to] = [share(band.below ?? -end), share(band.above ?? end)];
  return (
    <span class="strength-band" aria-hidden="true">
      <span style={{ left: `${from}%`, right: `${100 - to}%` }} />
    </span>
  );
}
