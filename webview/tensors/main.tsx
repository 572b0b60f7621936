import type { ShowModel, ToPanel } from '#protocol/panel.ts';
import { render } from 'preact';
import { Bridge } from '../bridge.ts';
import { registerControls } from '../components/controls.ts';
import { host } from '../host.ts';
import { setStrings } from '../strings.ts';
import { ModelView } from './ModelView.tsx';
import { restoredState, type ViewState } from './viewState.ts';

registerControls();
const bridge = new Bridge(host());
const listeners = new Set<(message: ToPanel) => void>();
addEventListener('message', ({ data }: MessageEvent<ToPanel>) => {
  bridge.receive(data);
  if (data.kind === 'showModel') show(data);
  for (const listener of listeners) listener(data);
});
bridge.tell({ kind: 'ready' });

function show({ path, tensor, strings }: ShowModel): void {
  setStrings(strings);
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no root.');
  const saved = restoredState(host().getState(), path);
  const restored = tensor === undefined ? saved : { ...saved, selected: tensor };
  render(
    <ModelView key={path} bridge={bridge} restored={restored} onState={saveState} subscribe={subscribe} />,
    root,
  );
}

function saveState(state: ViewState): void {
  host().setState(state);
}

function subscribe(listener: (message: ToPanel) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
