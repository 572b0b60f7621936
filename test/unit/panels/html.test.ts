import { expect, test } from 'vitest';
import { pageHtml } from '../../../extension/panels/html.ts';

test('a page may run its one script, use its one style sheet, and nothing else', () => {
  const html = pageHtml({ script: 'https://x/layers.js', style: 'https://x/layers.css' }, 'N0NCE');
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
  expect(policy).toBe("default-src 'none'; script-src 'nonce-N0NCE'; style-src 'nonce-N0NCE'");
  expect(html.match(/<script[^>]*>/g)).toEqual(['<script nonce="N0NCE" src="https://x/layers.js">']);
  expect(html).toContain('<link rel="stylesheet" nonce="N0NCE" href="https://x/layers.css">');
});

test('no two pages share a nonce', () => {
  const nonces = [1, 2].map(() => /nonce="([^"]+)"/.exec(pageHtml({ script: 's', style: 't' }))?.[1]);
  expect(new Set(nonces).size).toBe(2);
});

test('an address cannot leave its attribute', () => {
  expect(pageHtml({ script: 'a"><script>', style: 's' })).toContain('src="a&quot;>&lt;script>"');
});
