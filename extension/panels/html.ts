import { randomBytes } from 'node:crypto';

/** Where a page finds its two files, as `asWebviewUri` gives them. */
export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

/**
 * A page that may run one script and use one style sheet, and nothing else. No data goes into it: what is shown
 * arrives as messages. The meta element is for the toolkit, whose one style element would be refused without a nonce.
 */
export function pageHtml({ script, style }: PageFiles, nonce = randomBytes(16).toString('base64')): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`;
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta property="csp-nonce" content="${nonce}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" nonce="${nonce}" href="${escaped(style)}">
  </head>
  <body>
    <div id="root"></div>
    <script nonce="${nonce}" src="${escaped(script)}"></script>
  </body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
