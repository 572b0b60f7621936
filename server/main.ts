import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './startServer.ts';

// A killed client closes the channel without a word, and may not have told its process id.
process.once('disconnect', () => process.exit(1));
// The transport is among the arguments: `--node-ipc` when VS Code forks this, `--stdio` from other editors.
startServer(createConnection(ProposedFeatures.all));
