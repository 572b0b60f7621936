import { useState } from 'preact/hooks';

export interface Limits {
  readonly min?: number;
  readonly max?: number;
  readonly step: number;
}

interface Props {
  readonly label: string;
  readonly value: number;
  readonly limits: Limits;
  readonly onChange: (value: number) => void;
}

/** A number as it is typed; what is none, or outside the limits, is not taken, and gone once the field is left. */
export function NumberEntry({ label, value, limits, onChange }: Props) {
  const { min = -Infinity, max = Infinity, step } = limits;
  const [draft, setDraft] = useState<string>();
  const typed = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    const number = currentTarget.valueAsNumber;
    setDraft(currentTarget.value);
    const isWhole = !Number.isInteger(step) || Number.isInteger(number);
    if (Number.isFinite(number) && number >= min && number <= max && isWhole) onChange(number);
  };
  return (
    <input
      type="number"
      aria-label={label}
      step={step}
      min={limits.min}
      max={limits.max}
      value={draft ?? String(value)}
      onInput={typed}
      onBlur={() => setDraft(undefined)}
    />
  );
}
