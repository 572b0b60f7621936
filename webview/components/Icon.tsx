import chevronDown from '@vscode/codicons/src/icons/chevron-down.svg';
import chevronRight from '@vscode/codicons/src/icons/chevron-right.svg';
import close from '@vscode/codicons/src/icons/close.svg';
import error from '@vscode/codicons/src/icons/error.svg';
import info from '@vscode/codicons/src/icons/info.svg';
import layers from '@vscode/codicons/src/icons/layers.svg';
import pinned from '@vscode/codicons/src/icons/pinned.svg';
import refresh from '@vscode/codicons/src/icons/refresh.svg';
import screenFull from '@vscode/codicons/src/icons/screen-full.svg';
import warning from '@vscode/codicons/src/icons/warning.svg';
import zoomIn from '@vscode/codicons/src/icons/zoom-in.svg';
import zoomOut from '@vscode/codicons/src/icons/zoom-out.svg';

/** The codicons in use, as markup: a dozen of them weigh less than the font, and need no entry in the policy. */
const icons = {
  chevronDown,
  chevronRight,
  close,
  error,
  info,
  layers,
  pinned,
  refresh,
  screenFull,
  warning,
  zoomIn,
  zoomOut,
};

export type IconName = keyof typeof icons;

/** An icon in the colour of the text around it. What it means is said beside it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <span class={`icon icon-${name}`} aria-hidden="true" dangerouslySetInnerHTML={{ __html: icons[name] }} />
  );
}
