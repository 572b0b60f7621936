import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  createProtocolConnection,
  type Diagnostic,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageReader,
  type MessageWriter,
  type ProtocolConnection,
  type Registration,
  RegistrationRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { productNode, root } from './steer.ts';

/** How an editor may start the server: VS Code forks it, others run it or the command line. */
export const transports = ['--node-ipc', '--stdio', 'steer lsp --stdio'] as const;
export type Transport = (typeof transports)[number];

export interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

export interface LanguageServer extends AsyncDisposable {
  readonly process: ChildProcess;
  readonly connection: ProtocolConnection;
  /** What the server has asked the client to do for it, such as watching files. */
  readonly registered: readonly Registration[];
  /** Every list of diagnostics that has come so far. */
  readonly published: readonly Published[];
  /** Status and signal it ended with. */
  readonly ended: Promise<unknown[]>;
  /** The next list of diagnostics that has not been asked for yet. */
  next(): Promise<Published>;
  open(uri: string, text: string, languageId?: string): Promise<void>;
}

/**
 * The built language server on the product's Node, initialised; killed when disposed of. `home` is where `dist/` is, `initialize` what
 * else the client says of itself.
 */
export async function startLanguageServer(
  transport: Transport,
  { home = root, initialize = {} }: { readonly home?: string; readonly initialize?: object } = {},
): Promise<LanguageServer> {
  const child = startProcess(transport, home);
  const connection = createProtocolConnection(...channel(child, transport));
  const published: Published[] = [];
  const waiting: ((value: Published) => void)[] = [];
  let asked = 0;
  connection.onNotification('textDocument/publishDiagnostics', (value: Published) => {
    published.push(value);
    waiting.shift()?.(value);
  });
  const registered: Registration[] = [];
  connection.onRequest(
    RegistrationRequest.type,
    ({ registrations }) => void registered.push(...registrations),
  );
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    ...initialize,
  });
  await connection.sendNotification('initialized', {});
  return {
    process: child,
    connection,
    registered,
    published,
    ended: once(child, 'exit'),
    next() {
      const ready = published[asked++];
      if (ready !== undefined) return Promise.resolve(ready);
      return new Promise((resolve) => void waiting.push(resolve));
    },
    open: (uri, text, languageId = 'steer-recipe') =>
      connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId, version: 1, text },
      }),
    async [Symbol.asyncDispose]() {
      connection.dispose();
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function startProcess(transport: Transport, home: string): ChildProcess {
  if (transport === '--node-ipc') {
    return fork(join(home, 'dist/server.cjs'), [transport], {
      execPath: productNode,
      execArgv: [],
      serialization: 'advanced',
    });
  }
  const command =
    transport === '--stdio' ? ['dist/server.cjs', transport] : ['dist/steer.cjs', 'lsp', '--stdio'];
  return spawn(productNode, command, { cwd: home, stdio: ['pipe', 'pipe', 'inherit'] });
}

function channel(child: ChildProcess, transport: Transport): [MessageReader, MessageWriter] {
  if (transport === '--node-ipc') return [new IPCMessageReader(child), new IPCMessageWriter(child)];
  return [new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!)];
}
