import type { GenerationSubject } from '#protocol/generation.ts';
import { Button } from '../components/controls.ts';
import { t } from '../strings.ts';
import { bandText } from './names.ts';
import type { Measured } from './useBands.ts';

interface Props {
  readonly measured: Measured;
  readonly directions: GenerationSubject['directions'];
}

/** How far each direction can go and stay mild; measured when it is asked for, because it reads twenty texts at many strengths. */
export function BandLine({ measured, directions }: Props) {
  const { bands, progress, failure, start, stop } = measured;
  if (progress !== undefined) {
    const share = Math.round((100 * progress.done) / progress.total);
    return (
      <span class="band-line quiet">
        {t('Measuring the mild band: {0} %', share)}
        <Button appearance="icon" icon="close" label={t('Stop measuring')} onClick={stop} />
      </span>
    );
  }
  if (bands === undefined) {
    return (
      <span class="band-line">
        <Button label={t('Measure the mild band: KL to the base on neutral texts')} onClick={start}>
          {t('Measure Mild Band')}
        </Button>
        {failure !== undefined && <span role="alert">{failure.message}</span>}
      </span>
    );
  }
  const text = bands.bands
    .map((band, at) =>
      directions.length === 1 ? bandText(band) : `${directions[at]?.name ?? ''} ${bandText(band)}`,
    )
    .join(', ');
  return (
    <span class="band-line quiet">
      {t('{0}: mean KL below {1} nats on {2} neutral texts', text, bands.divergence, bands.texts)}
    </span>
  );
}
