import { useId, type ReactElement, type ReactNode } from 'react';

/** A row of choices of which one holds: radio buttons in the look of a switch. */
export function Switches<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly title?: string; readonly content?: ReactNode; readonly disabled?: boolean }[];
  readonly onChange: (value: T) => void;
  readonly className?: string;
}): ReactElement {
  const name = useId();
  return (
    <div className={`switches ${props.className ?? ''}`} role="radiogroup" aria-label={props.label}>
      {props.options.map((option) => (
        <label key={option.value} className={option.value === props.value ? 'switch on' : 'switch'} title={option.title ?? option.label}>
          <input
            type="radio"
            name={name}
            checked={option.value === props.value}
            disabled={option.disabled ?? false}
            onChange={() => props.onChange(option.value)}
            aria-label={option.title ?? option.label}
          />
          <span aria-hidden="true">{option.content ?? option.label}</span>
        </label>
      ))}
    </div>
  );
}
