import type { Failure } from '#protocol/failure.ts';
import { t } from '../strings.ts';
import { Button } from './controls.ts';
import { Icon } from './Icon.tsx';

interface Props {
  readonly failure: Failure;
  readonly onOpenLog: () => void;
  readonly onTryAgain: () => void;
}

/** In place of what failed: what is wrong, with what, and what to do next. */
export function FailureNote({ failure, onOpenLog, onTryAgain }: Props) {
  return (
    <div class="note note-error" role="alert">
      <Icon name="error" />
      <div class="note-text">
        <p>{failure.message}</p>
        {failure.tensor !== undefined && <p class="note-subject">{failure.tensor}</p>}
        {failure.subject !== undefined && <p class="note-subject">{failure.subject}</p>}
        <div class="note-actions">
          <Button appearance="primary" onClick={onTryAgain}>
            {t('Try Again')}
          </Button>
          <Button onClick={onOpenLog}>{t('Open Log')}</Button>
        </div>
      </div>
    </div>
  );
}
