import type { ComponentChildren } from 'preact';
import { t } from '../strings.ts';
import { Button } from './controls.ts';

interface Props {
  readonly isWorking: boolean;
  readonly isStale: boolean;
  /** How far the work is, or how it ended. */
  readonly text: string;
  readonly onStart: () => void;
  readonly onCancel: () => void;
  /** Beside how it ended. */
  readonly children?: ComponentChildren;
}

/** One place for whatever is to be said of the work, and for what can be done about it. */
export function WorkStatus({ isWorking, isStale, text, onStart, onCancel, children }: Props) {
  if (isWorking) {
    return (
      <div class="run-status">
        <span class="quiet">{text}</span>
        <Button appearance="icon" icon="close" label={t('Cancel')} onClick={onCancel} />
      </div>
    );
  }
  if (isStale) {
    return (
      <div class="run-status">
        <Button icon="refresh" onClick={onStart}>
          {t('Changed on disk: recompute')}
        </Button>
      </div>
    );
  }
  return (
    <div class="run-status">
      <span class="quiet">{text}</span>
      {children}
      <Button appearance="icon" icon="refresh" label={t('Recompute')} onClick={onStart} />
    </div>
  );
}
