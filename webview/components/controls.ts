import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
} from '@vscode/webview-ui-toolkit';
import { type ComponentChild, type ComponentChildren, h } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon, type IconName } from './Icon.tsx';

/** All that is used of the toolkit, which is no longer maintained: nothing else names its elements. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption());
}

interface ButtonProps {
  readonly onClick: () => void;
  /** `icon` is quiet: a background only under the pointer. One primary button a view. */
  readonly appearance?: 'primary' | 'secondary' | 'icon';
  /** Where what it shows does not say what it does. */
  readonly label?: string;
  /** Before the text. */
  readonly icon?: IconName;
  readonly children?: ComponentChildren;
}

export function Button({
  onClick,
  appearance = 'secondary',
  label,
  icon,
  children,
}: ButtonProps): ComponentChild {
  const hints = { 'aria-label': label, title: label };
  const slot = children === undefined ? {} : { slot: 'start' };
  const image = icon === undefined ? null : h('span', slot, h(Icon, { name: icon }));
  return h('vscode-button', { appearance, onClick, ...hints }, image, children);
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string; readonly isDisabled?: boolean }[];
  readonly onChange: (value: T) => void;
}

/** One of a few. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: ChoiceProps<T>): ComponentChild {
  const changed = ({ currentTarget }: Event) => {
    const chosen =
      currentTarget instanceof HTMLElement && 'value' in currentTarget ? currentTarget.value : '';
    const option = options.find((option) => option.value === chosen);
    if (option !== undefined && option.value !== value) onChange(option.value);
  };
  const dropdown = useRef<HTMLElement>(null);
  // Which of its options is selected it decides for itself, later, by this.
  useLayoutEffect(() => {
    if (dropdown.current !== null) Object.assign(dropdown.current, { value });
  }, [value]);
  return h(
    'vscode-dropdown',
    { ref: dropdown, 'aria-label': label, onChange: changed },
    options.map((option) =>
      h(
        'vscode-option',
        {
          key: option.value,
          value: option.value,
          disabled: option.isDisabled === true,
        },
        option.text,
      ),
    ),
  );
}
