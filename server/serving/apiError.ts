import { toFailure } from '../errors.ts';

interface Details {
  /** The parameter that it is about. */
  readonly param?: string;
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request is refused with, in the words and the shape of OpenAI's API. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly details: Details;

  constructor(status: number, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }

  get body(): object {
    const { param = null, code = null } = this.details;
    const type = this.status >= 500 ? 'server_error' : 'invalid_request_error';
    return { error: { message: this.message, type, param, code } };
  }
}

/** What has gone wrong, as an answer: what was foreseen is the request's fault, everything else is ours. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { code, message } = toFailure(error);
  return new ApiError(code === 'internal' ? 500 : 400, message, { code });
}
