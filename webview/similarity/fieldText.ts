import { significant } from '#protocol/figures.ts';
import { t } from '../strings.ts';
import { type Field, fieldName } from './board.ts';

/** Beside a field under the pointer: `z 2.31`, or the cosine where there is no z. */
export function fieldValue({ isSelf, cosine, z }: Field): string {
  if (isSelf) return '';
  if (z === null) return t('cosine {0}', significant(cosine));
  return t('z {0}, cosine {1}', significant(z), significant(cosine));
}

/** For the ear. */
export function spokenField(field: Field, isKnown: boolean): string {
  if (field.isSelf) return t('{0} with itself', field.names[0]);
  const name = fieldName(field);
  if (!isKnown) return t('{0}, not known yet', name);
  if (field.cosine === null) return t('{0}, not known', name);
  const text = `${name}, ${fieldValue(field)}`;
  return field.hasFlag ? t('{0}, with a warning', text) : text;
}
