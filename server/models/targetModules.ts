import { quote } from '../tensors/jsonScanner.ts';
import type { Warnings } from '../warnings.ts';
import type { AdapterSettings } from './adapterConfig.ts';
import type { AdapterFactors } from './model.ts';
import { type Matcher, type Spend, toFullMatcher } from './modulePatterns.ts';

/** Factors in the file for modules that `target_modules` does not name: PEFT passes over them, others do not. */
export function warnOfUntargeted(
  factors: readonly AdapterFactors[],
  { path, config, spend }: AdapterSettings,
  warnings: Warnings,
): void {
  const isTarget = targetsOf(config.targetModules, spend);
  const tied = config.ensureWeightTying ? factors.filter(({ embedding }) => embedding) : [];
  const ties = (factor: AdapterFactors) => tied.length > 0 && factor.module.endsWith('lm_head');
  const untargeted = factors.filter((factor) => !isTarget(factor.module) && !ties(factor));
  if (untargeted.length === 0) return;
  const first = untargeted
    .slice(0, 3)
    .map(({ module }) => quote(module))
    .join(', ');
  const message =
    `${path}: target_modules does not name ${first}${untargeted.length > 3 ? ' …' : ''} ` +
    `(${untargeted.length} in all), although the file has factors for them; they are used, PEFT would not use them`;
  warnings.add({ code: 'untargeted-factors', message, file: path });
}

/** PEFT's rule. What cannot be known here (`all-linear`, defaults, unreadable patterns) counts as a target. */
export function targetsOf(targets: readonly string[] | string | undefined, spend: Spend): Matcher {
  if (targets === undefined || targets === 'all-linear') return () => true;
  if (typeof targets === 'string') {
    const matches = toFullMatcher(targets, spend);
    return typeof matches === 'string' ? () => true : matches;
  }
  const names = new Set(targets);
  return (module) => endings(module, spend).some((ending) => names.has(ending));
}

/** `a.b.c`, `b.c`, `c` */
function endings(module: string, spend: Spend): string[] {
  const parts = module.split('.');
  spend((parts.length * module.length) / 10);
  return parts.map((_, index) => parts.slice(index).join('.'));
}
