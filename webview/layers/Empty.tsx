import { Button } from '../components/controls.ts';
import { t } from '../strings.ts';

interface Props {
  readonly isRecipe: boolean;
  readonly onShow: () => void;
}

/** Where nothing moves: why, and where to change it. */
export function Empty({ isRecipe, onShow }: Props) {
  return (
    <div class="empty">
      <p>
        {isRecipe
          ? t('The direction is zero: no tensor that the recipe selects differs.')
          : t('The direction is zero: no tensor differs.')}
      </p>
      <Button appearance="primary" onClick={onShow}>
        {isRecipe ? t('Show in recipe') : t('Show in Explorer')}
      </Button>
    </div>
  );
}
