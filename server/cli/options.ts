import { type Command, Option } from 'commander';

/** Options that mean the same in every command that has them. */
export const jsonOption = () => new Option('--json', 'print one JSON value and nothing else');
export const forceOption = () => new Option('--force', 'replace what is there');
export const deviceOption = () =>
  new Option('--device <device>', 'what computes products')
    .choices(['auto', 'cpu', 'webgpu'])
    .default('auto');

/** Command lines with what they do, under the help of a command. */
export function examples(
  command: Command,
  lines: readonly (readonly [line: string, does: string])[],
): Command {
  const width = Math.max(...lines.map(([line]) => line.length));
  const text = lines.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${text}`);
}
