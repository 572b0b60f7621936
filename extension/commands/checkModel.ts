import type { CheckResult, Finding } from '#protocol/check.ts';
import { l10n } from 'vscode';
import { modelAt, pickModel } from './pick.ts';
import { requireTrust } from './requireTrust.ts';
import type { Tools } from './tools.ts';

/** Shows what was found of models in place of what was found before. */
export type ShowFindings = (result: CheckResult) => void;

const kinds = ['checkpoint', 'adapter', 'direction', 'run'] as const;

/** *Check Model*: everything that is wrong with models, their values too. */
export async function checkModel(paths: readonly string[], tools: Tools, show: ShowFindings): Promise<void> {
  const title = l10n.t('Check Model');
  const models = await modelsFor(paths, title, tools);
  const result = await tools.withProgress(l10n.t('Checking'), (signal) =>
    tools.call('models/check', { models, depth: 'values' }, { signal }),
  );
  show(result);
  await tell(result.findings, tools);
}

/** *Fix Model*: puts right what can be, or what has one code. */
export async function fixModel(
  [path, code]: readonly unknown[],
  paths: readonly string[],
  tools: Tools,
  show: ShowFindings,
): Promise<void> {
  requireTrust(tools);
  const [model = ''] = typeof path === 'string' ? [path] : await modelsFor(paths, l10n.t('Fix Model'), tools);
  const only = typeof code === 'string' ? { code } : {};
  const result = await tools.withProgress(l10n.t('Fixing'), (signal) =>
    tools.call('models/fix', { path: model, ...only }, { signal }),
  );
  show(result);
  const fixed = result.fixed ?? [];
  const message =
    fixed.length === 0
      ? l10n.t('There is nothing that could be put right without guessing.')
      : l10n.t('{0}. What was there is kept as .bak beside it.', fixed.map(({ title }) => title).join('; '));
  await tools.ui.ask('info', message, []);
}

async function modelsFor(paths: readonly string[], title: string, tools: Tools): Promise<readonly string[]> {
  if (paths.length > 0) return [...new Set(paths.map((path) => modelAt(path, tools)))];
  return [await pickModel({ kinds, title, placeholder: l10n.t('Model') }, tools)];
}

async function tell(findings: readonly Finding[], { ui }: Tools): Promise<void> {
  if (findings.length === 0) return ui.remark(l10n.t('Nothing is wrong with it.'));
  const count = (due: Finding['severity']) => findings.filter(({ severity }) => severity === due).length;
  const [errors, warnings, notes] = [count('error'), count('warning'), count('info')];
  const message = l10n.t('Errors: {0}, warnings: {1}, notes: {2}. See Problems.', errors, warnings, notes);
  await ui.ask(errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'info', message, []);
}
