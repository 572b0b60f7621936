import type { Bridge } from '../bridge.ts';
import { Button } from '../components/controls.ts';
import { t } from '../strings.ts';
import { Swatch } from './Swatch.tsx';

interface Props {
  readonly bridge: Bridge;
  readonly names: readonly string[];
}

/** Whose singular values are drawn, each with its colour and pattern; all but the first can be taken out. */
export function Directions({ bridge, names }: Props) {
  return (
    <div class="directions">
      {names.length > 1 && (
        <ul class="directions-list" aria-label={t('Directions')}>
          {names.map((name, index) => (
            <li key={`${index} ${name}`} class="directions-item">
              <Swatch color={index} />
              <span class="directions-name" title={name}>
                {name}
              </span>
              {index > 0 && (
                <Button
                  appearance="icon"
                  icon="close"
                  label={t('Remove {0}', name)}
                  onClick={() => bridge.tell({ kind: 'removeDirection', index })}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <Button onClick={() => bridge.tell({ kind: 'action', action: 'chooseDirections' })}>
        {t('Choose Directions…')}
      </Button>
    </div>
  );
}
