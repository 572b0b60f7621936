import type { ShowSpectrum, ToPanel } from '#protocol/panel.ts';
import { render } from 'preact';
import { Bridge } from '../bridge.ts';
import { registerControls } from '../components/controls.ts';
import { host } from '../host.ts';
import { setStrings } from '../strings.ts';
import { SpectrumView } from './SpectrumView.tsx';
import { restoredState, type ViewState } from './viewState.ts';

registerControls();
const bridge = new Bridge(host());
const staleListeners = new Set<() => void>();
addEventListener('message', ({ data }: MessageEvent<ToPanel>) => {
  bridge.receive(data);
  if (data.kind === 'showSpectrum') show(data);
  if (data.kind === 'stale') for (const listener of staleListeners) listener();
});
bridge.tell({ kind: 'ready' });

/** With other directions beside it, or another tensor, the page stays. */
function show(shown: ShowSpectrum): void {
  setStrings(shown.strings);
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no root.');
  const restored = restoredState(host().getState(), shown.subjects);
  const view = { bridge, shown, restored, onState: saveState, subscribe };
  render(<SpectrumView key={JSON.stringify(shown.subjects[0])} {...view} />, root);
}

function saveState(state: ViewState): void {
  host().setState(state);
}

function subscribe(listener: () => void): () => void {
  staleListeners.add(listener);
  return () => staleListeners.delete(listener);
}
