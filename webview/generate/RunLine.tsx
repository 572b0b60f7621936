import { bytes, significant } from '#protocol/figures.ts';
import { Button } from '../components/controls.ts';
import { t } from '../strings.ts';
import type { Run } from './useTexts.ts';

interface Props {
  readonly run: Run;
  readonly isStale: boolean;
  readonly onStop: () => void;
  readonly onAnew: () => void;
}

/** How far the texts are, or what they were computed with. */
export function RunLine({ run, isStale, onStop, onAnew }: Props) {
  if (isWorking(run)) {
    return (
      <div class="run-status">
        <span class="quiet">{runText(run)}</span>
        <Button appearance="icon" icon="close" label={t('Stop')} onClick={onStop} />
      </div>
    );
  }
  return (
    <div class="run-status">
      {isStale ? (
        <Button icon="refresh" onClick={onAnew}>
          {t('Changed on disk: generate again')}
        </Button>
      ) : (
        <span class="quiet">{runText(run)}</span>
      )}
    </div>
  );
}

export function isWorking({ phase }: Run): boolean {
  return phase === 'loading' || phase === 'reading' || phase === 'writing';
}

/** In words. */
export function runText({ phase, result }: Run): string {
  switch (phase) {
    case 'idle':
      return '';
    case 'loading':
      return t('Loading the model');
    case 'reading':
      return t('Reading the prompt');
    case 'writing':
      return t('Writing');
    case 'failed':
      return t('Failed');
    case 'cancelled':
      return t('Stopped. What had come is kept.');
    case 'done':
      return result === undefined
        ? ''
        : t('CPU · float32 · {0} tokens/s · {1}', significant(result.tokensPerSecond), bytes(result.memory));
  }
}
