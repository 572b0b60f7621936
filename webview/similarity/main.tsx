import type { ShowSimilarity, ToPanel } from '#protocol/panel.ts';
import { render } from 'preact';
import { Bridge } from '../bridge.ts';
import { registerControls } from '../components/controls.ts';
import { host } from '../host.ts';
import { setStrings } from '../strings.ts';
import { SimilarityView } from './SimilarityView.tsx';
import { restoredState, type ViewState } from './viewState.ts';

registerControls();
const bridge = new Bridge(host());
const staleListeners = new Set<() => void>();
addEventListener('message', ({ data }: MessageEvent<ToPanel>) => {
  bridge.receive(data);
  if (data.kind === 'showSimilarity') show(data);
  if (data.kind === 'stale') for (const listener of staleListeners) listener();
});
bridge.tell({ kind: 'ready' });

/** With other controls the page stays, and what it shows until it has been answered. */
function show({ params, names, title, strings }: ShowSimilarity): void {
  setStrings(strings);
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no root.');
  const restored = restoredState(host().getState(), params);
  const view = { bridge, params, names, title, restored, onState: saveState, subscribe };
  render(<SimilarityView key={JSON.stringify(params.subjects)} {...view} />, root);
}

function saveState(state: ViewState): void {
  host().setState(state);
}

function subscribe(listener: () => void): () => void {
  staleListeners.add(listener);
  return () => staleListeners.delete(listener);
}
