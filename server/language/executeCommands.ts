import { fileURLToPath } from 'node:url';
import type { FixParams } from '#protocol/check.ts';
import { type Connection, ResponseError, LSPErrorCodes } from 'vscode-languageserver/node';
import { signalFrom } from '../abort.ts';
import { toFailure } from '../errors.ts';
import { fixCommand } from './modelFixes.ts';
import type { Handlers } from '../connect.ts';

/** What editors without our extension run by `workspace/executeCommand`, with a recipe's URI, or a model's folder and a code; results are those of `--json`. */
export const serverCommands = ['weightSteering.dryRun', 'weightSteering.write', fixCommand];

/** Answers the commands that the lenses name, for editors that leave them to the server. */
export function executeCommands(connection: Connection, handlers: Handlers): void {
  connection.onExecuteCommand(async ({ command, arguments: [uri, code] = [] }, token) => {
    using abort = signalFrom(token);
    const context = { signal: abort.signal, report: () => {} };
    try {
      if (command === fixCommand) return await handlers['models/fix'](fixParams(uri, code), context);
      const path = fileURLToPath(String(uri));
      if (command === 'weightSteering.dryRun') return await handlers['recipes/dryRun']({ path }, context);
      if (command === 'weightSteering.write')
        return await handlers['recipes/write']({ path, force: false }, context);
    } catch (error) {
      const failure = toFailure(error, abort.signal);
      return new ResponseError(LSPErrorCodes.RequestFailed, failure.message, failure);
    }
    return new ResponseError(LSPErrorCodes.RequestFailed, `There is no command ${command}.`);
  });
}

function fixParams(path: unknown, code: unknown): FixParams {
  return typeof code === 'string' ? { path: String(path), code } : { path: String(path) };
}
