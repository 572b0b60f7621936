import { Button } from '../components/controls.ts';
import { t } from '../strings.ts';
import type { ChangeState } from './viewState.ts';

interface Props {
  readonly isTable: boolean;
  readonly change: ChangeState;
}

/** Between figures and their numbers. */
export function TableToggle({ isTable, change }: Props) {
  return (
    <Button onClick={() => change({ isTable: !isTable })}>{isTable ? t('Figures') : t('Tables')}</Button>
  );
}
