import { ServerError } from '../errors.ts';
import { quote } from '../tensors/jsonScanner.ts';
import type { AdapterSettings } from './adapterConfig.ts';
import { checkFactor, pairOf, scaleOf } from './adapterFactors.ts';
import type { ModuleParts } from './adapterParts.ts';
import type { ParameterCandidate, ParameterFactors } from './model.ts';
import { targetsOf } from './targetModules.ts';

type Modules = ReadonlyMap<string, ModuleParts>;

/**
 * Takes out of the modules those whose factors are for bare parameters (`target_parameters`, PEFT 0.17 and later).
 * For several parameters of one module PEFT wraps the module as often, and calls what is inside `base_layer`.
 */
export function parametersAmong(
  modules: Modules,
  settings: AdapterSettings,
): { readonly modules: Modules; readonly parameters: readonly ParameterFactors[] } {
  if (settings.targetParameters.length === 0) return { modules, parameters: [] };
  const candidatesOf = candidateRule(settings);
  const nested = Map.groupBy(modules.keys(), unwrapped);
  const parameters = [...nested].flatMap(([module, keys]): ParameterFactors[] => {
    const candidates = candidatesOf(module);
    if (candidates.length === 0) return [];
    const outermostFirst = keys.toSorted((one, other) => one.length - other.length);
    const pairs = outermostFirst.map((key) => toPair(modules.get(key) ?? {}, settings));
    return [{ module, candidates: candidates.map((tensor) => toCandidate(tensor, settings)), pairs }];
  });
  const taken = new Set(parameters.map(({ module }) => module));
  return { modules: new Map([...modules].filter(([key]) => !taken.has(unwrapped(key)))), parameters };
}

function toCandidate(tensor: string, settings: AdapterSettings): ParameterCandidate {
  const { rank, alpha, scale } = scaleOf(tensor, settings);
  return { tensor, rank, alpha, scale };
}

function unwrapped(module: string): string {
  return module.replace(/(?:\.base_layer)+$/, '');
}

/** The parameters of a module that may be meant: a target is the ending of a parameter's whole name. */
function candidateRule({
  targetParameters,
  config,
  spend,
}: AdapterSettings): (module: string) => readonly string[] {
  const isTarget = targetsOf(config.targetModules, spend);
  return (module) => [
    ...new Set(
      targetParameters.flatMap((target) => {
        const at = target.lastIndexOf('.');
        const [owner, name] = [target.slice(0, Math.max(0, at)), target.slice(at + 1)];
        const fits = owner === '' ? !isTarget(module) : `.${module}`.endsWith(`.${owner}`);
        return fits ? [`${module}.${name}`] : [];
      }),
    ),
  ];
}

function toPair({ magnitude, bias, ...parts }: ModuleParts, settings: AdapterSettings) {
  const pair = pairOf(parts);
  const odd = magnitude ?? bias ?? (pair?.embedding === true ? pair.A : undefined);
  if (pair === undefined || odd !== undefined) {
    const problem =
      odd === undefined
        ? 'has a bare parameter without factors'
        : `has ${quote(odd.name)} for a bare parameter, which PEFT does not do`;
    throw new ServerError('invalid-adapter', settings.path, problem);
  }
  for (const factor of [pair.A, pair.B]) checkFactor(factor);
  return { A: pair.A, B: pair.B };
}
