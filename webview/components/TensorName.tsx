import { halves } from '../middle.ts';
import { t } from '../strings.ts';

interface Props {
  readonly name: string;
  readonly onCopy: (text: string) => void;
  /** −1 where the keyboard reaches it another way. */
  readonly tabIndex?: number;
}

/** A tensor's name: cut in the middle where it is too long, whole on hover and, after a click, on the clipboard. */
export function TensorName({ name, onCopy, tabIndex = 0 }: Props) {
  const [start, end] = halves(name);
  return (
    <button
      type="button"
      class="tensor-name"
      title={t('{0} (click to copy)', name)}
      aria-label={t('Copy {0}', name)}
      tabIndex={tabIndex}
      onClick={() => onCopy(name)}
    >
      <span class="tensor-name-start">{start}</span>
      <span class="tensor-name-end">{end}</span>
    </button>
  );
}
