import type { IncomingMessage } from 'node:http';
import { ApiError } from './apiError.ts';

const largest = 2 ** 20;

/** The JSON of a request. 415 for another type, which a page could send without being asked about it; 413 above 1 MiB. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(?:;|$)/i.test(type))
    throw new ApiError(415, 'The Content-Type has to be application/json.');
  const tooLarge = new ApiError(413, `The body has more than ${largest} bytes.`, {
    headers: { connection: 'close' },
  });
  if (Number(request.headers['content-length'] ?? 0) > largest) throw tooLarge;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    size += part.length;
    if (size > largest) throw tooLarge;
    parts.push(part);
  }
  try {
    // What is no UTF-8 would be another prompt than was sent.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)));
  } catch {
    throw new ApiError(400, 'The body is not valid JSON in UTF-8.');
  }
}
