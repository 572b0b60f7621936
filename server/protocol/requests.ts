/** One request: what goes in, what comes out, and what is reported on the way. */
interface Exchange<Params, Result, Progress = never> {
  readonly params: Params;
  readonly result: Result;
  readonly progress: Progress;
}

/** Everything the server answers. A key added here does not compile until `server/handlers.ts` handles it. */
export interface Requests {
  /** Which server is running, for reports of problems. */
  'server/version': Exchange<null, ServerVersion>;
}

export interface ServerVersion {
  /** Of Weight Steering, such as `0.1.0`. */
  readonly version: string;
  /** Of the Node.js that runs the server, such as `22.18.0`. */
  readonly node: string;
}

export type Method = keyof Requests;
export type Params<M extends Method> = Requests[M]['params'];
export type Result<M extends Method> = Requests[M]['result'];
export type Progress<M extends Method> = Requests[M]['progress'];
