interface Props {
  readonly label: string;
  readonly value: number;
  /** One more than the largest. */
  readonly count: number;
  readonly onChange: (value: number) => void;
}

/** A number from 0; what lies outside becomes the nearest that does not. */
export function NumberField({ label, value, count, onChange }: Props) {
  const changed = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
    const typed = Math.trunc(Number(currentTarget.value));
    onChange(Math.max(0, Math.min(count - 1, Number.isFinite(typed) ? typed : 0)));
  };
  return (
    <label class="number-field">
      {label}
      <input type="number" min={0} max={count - 1} value={value} onChange={changed} />
    </label>
  );
}
