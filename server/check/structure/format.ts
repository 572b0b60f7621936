import { finding } from '../finding.ts';
import { type Check, isAdapter } from '../survey.ts';

/** The formats that transformers accepts. */
const formats = new Set(['pt', 'tf', 'flax', 'mlx']);

/** `format` in the header of a checkpoint's files: transformers asks for it, PEFT does not. */
export const checkFormat: Check = (survey) => {
  if (isAdapter(survey) || !survey.names.has('config.json')) return [];
  return survey.weights.flatMap(({ path, file }) => {
    if (file === undefined || formats.has(file.metadata.get('format') ?? '')) return [];
    const found = file.metadata.get('format');
    const what =
      found === undefined ? 'has no "format"' : `has the "format" ${JSON.stringify(found.slice(0, 100))}`;
    const message = `The metadata in the header ${what}; transformers asks for "pt", and older versions refuse the file.`;
    return [
      finding('missing-format', path, message, { fix: { title: 'Write "format": "pt" into the header' } }),
    ];
  });
};
