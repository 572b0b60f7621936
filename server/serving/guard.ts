import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ApiError } from './apiError.ts';

/** Who may ask. */
export interface Access {
  /** Every request has to bring it; undefined: none has to. */
  readonly apiKey?: string | undefined;
  /** The origin whose pages may ask, or `*`; undefined: none. */
  readonly cors?: string | undefined;
}

/** This machine by its own names; a port may be another's that is forwarded. */
const ownHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/**
 * Refuses who may not ask: 403 where the name of the host is not this machine's, since a page could have its own name lead
 * here (DNS rebinding), 401 without the key.
 */
export function refuseStrangers({ headers }: IncomingMessage, { apiKey }: Access): void {
  if (!ownHost.test(headers.host ?? ''))
    throw new ApiError(403, 'The Host header names another machine; ask localhost or 127.0.0.1.');
  if (apiKey === undefined) return;
  const [, given = ''] = /^Bearer (.*)$/i.exec(headers.authorization ?? '') ?? [];
  if (timingSafeEqual(digest(given), digest(apiKey))) return;
  throw new ApiError(
    401,
    'The API key is missing or wrong; it goes in the header Authorization: Bearer KEY.',
    {
      code: 'invalid_api_key',
      headers: { 'www-authenticate': 'Bearer' },
    },
  );
}

/** What lets pages of an origin read answers; empty where none may. */
export function corsHeaders({ cors }: Access): Readonly<Record<string, string>> {
  if (cors === undefined) return {};
  return {
    'access-control-allow-origin': cors,
    'access-control-allow-headers': '*, authorization',
    'access-control-allow-methods': 'GET, POST',
    vary: 'origin',
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
