import { ServerError } from '../../server/errors.ts';
import type { Parser } from './parsers.ts';

/** What became of an input: `read`, or the code of the failure that was foreseen. Anything else is thrown, with the input. */
export async function outcomeOf({ name, parse }: Parser, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  try {
    await parse(bytes);
    return 'read';
  } catch (error) {
    if (error instanceof ServerError) return error.code;
    const input = Buffer.from(bytes).toString('base64');
    throw new Error(`The parser of ${name} was surprised by ${input}`, { cause: error });
  }
}
