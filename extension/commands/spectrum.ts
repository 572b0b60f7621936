import { RequestFailure } from '#protocol/failure.ts';
import { mostDirections, type SpectrumAbout } from '#protocol/spectrum.ts';
import { l10n } from 'vscode';
import { subjectKey } from '../panels/subjects.ts';
import { chosenSubject, subjectChoices } from './chosenSubject.ts';
import type { Tools } from './tools.ts';

/** *Show Spectrum*: of a recipe, a direction, an adapter as the way from its base, or from one model to another. */
export async function spectrum(paths: readonly string[], tools: Tools): Promise<void> {
  tools.showSpectrum(await chosenSubject(paths, l10n.t('Show Spectrum'), tools));
}

/** *Choose Directions…*: what is drawn beside a panel's own direction from now on; more than there are colours are refused. */
export async function chooseDirections(
  { subjects }: SpectrumAbout,
  tools: Pick<Tools, 'ui' | 'models' | 'folders'>,
): Promise<SpectrumAbout> {
  const [own, ...beside] = subjects;
  const shown = new Set(beside.map(subjectKey));
  const others = (await subjectChoices(tools)).filter(({ value }) => subjectKey(value) !== subjectKey(own));
  const choices = others.map((choice) => ({ ...choice, isPicked: shown.has(subjectKey(choice.value)) }));
  const picked = await tools.ui.pickMany(choices, {
    title: l10n.t('Choose Directions'),
    placeholder: l10n.t('Up to {0}, drawn beside this one', mostDirections - 1),
  });
  if (picked.length >= mostDirections)
    throw new RequestFailure({
      code: 'usage',
      message: l10n.t(
        '{0} directions are too many for one picture; {1} beside its own can be told apart.',
        picked.length,
        mostDirections - 1,
      ),
    });
  for (const subject of picked) if (subject.kind === 'recipe') await tools.ui.save(subject.path);
  return { subjects: [own, ...picked] };
}
