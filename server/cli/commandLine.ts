import { type Command, CommanderError } from 'commander';
import { printFailure, type Surroundings } from './print.ts';
import { createProgram } from './program.ts';
import { type ExitStatus, runSession } from './runSession.ts';
import { tieStrengths } from './strengthArguments.ts';

/** Runs one command. Results go to `stdout`, everything else to `stderr`. */
export async function runCommandLine(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  const program = createProgram(async (command) => {
    status = await runSession(command, surroundings);
  });
  const said: string[] = [];
  for (const command of [program, ...program.commands]) speakThrough(command, said, surroundings);
  try {
    await program.parseAsync(tieStrengths(args), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : misused(error, said, surroundings);
  }
  return status;
}

/** Commander prints what was asked for (help, version) itself; what it says of mistakes is kept. */
function speakThrough(command: Command, said: string[], { stdout }: Surroundings): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void said.push(text),
  });
}

function misused({ message }: CommanderError, said: readonly string[], surroundings: Surroundings): 2 {
  const text = said.join('').trimEnd();
  if (surroundings.json)
    printFailure({ code: 'usage', message: message.replace(/^error: /, '') }, surroundings);
  else surroundings.stderr.write(`${text}\n`);
  return 2;
}
