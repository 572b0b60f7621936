import type { ToPanel } from '#protocol/panel.ts';
import { render } from 'preact';
import { Bridge } from '../bridge.ts';
import { registerControls } from '../components/controls.ts';
import { host } from '../host.ts';
import { setStrings } from '../strings.ts';
import { GenerateView } from './GenerateView.tsx';
import { restoredState, type ViewState } from './viewState.ts';

registerControls();
const bridge = new Bridge(host());
const staleListeners = new Set<() => void>();
addEventListener('message', ({ data }: MessageEvent<ToPanel>) => {
  bridge.receive(data);
  if (data.kind === 'show') show(data);
  if (data.kind === 'stale') for (const listener of staleListeners) listener();
});
bridge.tell({ kind: 'ready' });

function show({ subject, title, strings }: Extract<ToPanel, { kind: 'show' }>): void {
  setStrings(strings);
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no root.');
  const restored = restoredState(host().getState(), subject);
  const view = { bridge, subject, title, restored, onState: saveState, subscribe };
  render(<GenerateView key={JSON.stringify(subject)} {...view} />, root);
}

function saveState(state: ViewState): void {
  host().setState(state);
}

function subscribe(listener: () => void): () => void {
  staleListeners.add(listener);
  return () => staleListeners.delete(listener);
}
