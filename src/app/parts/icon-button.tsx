import type { ReactElement } from 'react';
import { Icon, type IconName } from './icon';

/** A button that shows an icon only; its name is read out and stands in the tooltip, with its key. */
export function IconButton(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly shortcut?: string;
  readonly pressed?: boolean;
  readonly expanded?: boolean;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}): ReactElement {
  const title = props.shortcut ? `${props.label} (${props.shortcut})` : props.label;
  return (
    <button
      type="button"
      className={props.pressed ? 'icon-button on' : 'icon-button'}
      aria-label={props.label}
      aria-keyshortcuts={props.shortcut}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      title={title}
      disabled={props.disabled}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  );
}
