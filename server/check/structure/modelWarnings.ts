import { isFindingCode } from '../codes.ts';
import { finding } from '../finding.ts';
import { type JsonDocument, rangeOf } from '../jsonDocument.ts';
import { nodeAt } from '../json/plain.ts';
import type { Check } from '../survey.ts';

/** What opening an adapter warns of: unknown fields, untargeted factors, a changed base. */
export const checkModelWarnings: Check = ({ model, documents }) => {
  if (model?.kind !== 'adapter') return [];
  return model.warnings.flatMap(({ code, message, file = model.path, tensor }) => {
    if (!isFindingCode(code)) return [];
    const own = message.startsWith(`${file}: `) ? message.slice(file.length + 2) : message;
    const range = rangeOfNamed(documents.get('adapter_config.json'), own);
    return [
      finding(code, file, sentence(own), {
        ...(tensor !== undefined && { tensor }),
        ...(range !== undefined && { range }),
      }),
    ];
  });
};

function sentence(text: string): string {
  const capital = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** The value of the first field that a message names. */
function rangeOfNamed(document: JsonDocument | undefined, message: string) {
  if (document === undefined) return undefined;
  const words = message.match(/[a-z_]{3,}/g) ?? [];
  const field = words.find((word) => Object.hasOwn(document.json, word));
  const node = field === undefined ? undefined : nodeAt(document.root, field);
  return node === undefined ? undefined : rangeOf(document, node);
}
