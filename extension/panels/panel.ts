import type { FromPanel, ToPanel } from '#protocol/panel.ts';
import * as vscode from 'vscode';
import type { Call } from '../call.ts';
import { pageHtml } from './html.ts';
import { Relay } from './relay.ts';

export interface PanelParts {
  readonly context: vscode.ExtensionContext;
  readonly call: Call;
  readonly log: vscode.LogOutputChannel;
}

/** Called with every message of the page's that is not a request. */
type Receive = (message: Exclude<FromPanel, { kind: 'request' | 'cancel' }>) => Promise<void> | void;

/** A page in a webview panel, joined to the server until one of them goes. */
export class Panel implements vscode.Disposable {
  // The panel's own getters throw once it has gone.
  readonly #webview: vscode.Webview;
  readonly #title: string;
  readonly #relay: Relay;
  readonly #log: vscode.LogOutputChannel;

  /** `page` is the name of a bundle in dist/. */
  constructor(panel: vscode.WebviewPanel, page: string, { context, call, log }: PanelParts) {
    const { webview, title } = panel;
    this.#webview = webview;
    this.#title = title;
    this.#log = log;
    this.#relay = new Relay(
      call,
      (message) => this.post(message),
      (error) => log.error(`${title}:`, error),
    );
    const dist = vscode.Uri.joinPath(context.extensionUri, 'dist');
    const file = (name: string) => String(webview.asWebviewUri(vscode.Uri.joinPath(dist, name)));
    webview.options = pageOptions(context);
    webview.html = pageHtml({ script: file(`${page}.js`), style: file(`${page}.css`) });
  }

  /** Everything the page says from now on. */
  listen(receive: Receive): vscode.Disposable {
    return this.#webview.onDidReceiveMessage((message: FromPanel) => {
      void this.#receive(message, receive).catch((error: unknown) =>
        this.#log.error(`${this.#title}:`, error),
      );
    });
  }

  post(message: ToPanel): void {
    // Rejected by a panel that has gone: nobody is left to be told.
    this.#webview.postMessage(message).then(undefined, () => {});
  }

  dispose(): void {
    this.#relay[Symbol.dispose]();
  }

  async #receive(message: FromPanel, receive: Receive): Promise<void> {
    await Promise.all([
      this.#relay.receive(message),
      message.kind === 'request' || message.kind === 'cancel' ? undefined : receive(message),
    ]);
  }
}

/** What a page may read: what was built, and what is shipped with it. */
export function pageOptions({ extensionUri }: vscode.ExtensionContext): vscode.WebviewOptions {
  const localResourceRoots = ['dist', 'media'].map((folder) => vscode.Uri.joinPath(extensionUri, folder));
  return { enableScripts: true, localResourceRoots };
}
