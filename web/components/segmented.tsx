import type { ReactNode } from 'react';
import styles from './segmented.module.css';

type Option<T extends string> = {
  value: T;
  /** The option's accessible name, and what is seen when there is no `content`. */
  label: string;
  content?: ReactNode;
  /** Given when the option is in another language than the page. */
  lang?: string;
};

/**
 * One choice among a few, all in sight. Native radio buttons under a coat of paint: arrow keys, form semantics and
 * screen readers come with them.
 */
export function Segmented<T extends string>({
  label,
  name,
  value,
  options,
  onChange,
}: {
  label: string;
  name: string;
  value: T;
  options: Option<T>[];
  onChange: (value: T) => void;
}) {
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{label}</legend>
      {options.map((option) => (
        <label key={option.value} className={styles.option} lang={option.lang}>
          <input
            className={styles.input}
            type="radio"
            name={name}
            aria-label={option.content === undefined ? undefined : option.label}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.content ?? option.label}
        </label>
      ))}
    </fieldset>
  );
}
