import type { ToPanel } from '#protocol/panel.ts';
import { render } from 'preact';
import { Bridge } from '../bridge.ts';
import { registerControls } from '../components/controls.ts';
import { host } from '../host.ts';
import { setStrings } from '../strings.ts';
import { LayersView } from './LayersView.tsx';
import type { Said } from './useSaid.ts';
import { restoredState, type ViewState } from './viewState.ts';

registerControls();
const bridge = new Bridge(host());
const staleListeners = new Set<() => void>();
const listeners = new Set<(said: Said) => void>();
addEventListener('message', ({ data }: MessageEvent<ToPanel>) => {
  bridge.receive(data);
  if (data.kind === 'show') show(data);
  if (data.kind === 'select' || data.kind === 'restricted') for (const listener of listeners) listener(data);
  if (data.kind === 'stale') for (const listener of staleListeners) listener();
});
bridge.tell({ kind: 'ready' });

function show({ subject, title, strings }: Extract<ToPanel, { kind: 'show' }>): void {
  setStrings(strings);
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no root.');
  const restored = restoredState(host().getState(), subject);
  const view = { bridge, subject, title, restored, onState: saveState, subscribe, listen };
  render(<LayersView key={JSON.stringify(subject)} {...view} />, root);
}

function saveState(state: ViewState): void {
  host().setState(state);
}

function listen(listener: (said: Said) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function subscribe(listener: () => void): () => void {
  staleListeners.add(listener);
  return () => staleListeners.delete(listener);
}
