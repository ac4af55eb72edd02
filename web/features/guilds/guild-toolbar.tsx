import { useEffect, useRef } from 'react';
import buttons from '../../components/button.module.css';
import { ChevronIcon, CloseIcon, SearchIcon, SortIcon } from '../../components/icons.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { usePersonalMessages } from '../../i18n/personal-messages.ts';
import { filters, sorts, type Filter, type Sort, type Wanted } from './guild-selection.ts';
import styles from './guild-toolbar.module.css';

/**
 * Search, filter and order of the list. `/` goes to the search from anywhere on the page, Escape empties it, Enter goes to
 * the first server found. On a telephone filter and order are the system's own pickers, so that all of it is one row.
 */
export function GuildToolbar({
  asked: { search, filter, sort },
  counts,
  onChange,
  onEnter,
}: {
  asked: Wanted;
  /** How many servers each filter lets through; null: not known. */
  counts: Record<Filter, number | null>;
  onChange: (change: Partial<Wanted>) => void;
  onEnter: () => void;
}) {
  const { language } = useMessages();
  const p = usePersonalMessages();
  const input = useRef<HTMLInputElement>(null);
  useSlashKey(() => input.current?.focus());
  const number = new Intl.NumberFormat(language);
  const countOf = (value: Filter) => {
    const count = counts[value];
    return count === null ? '' : number.format(count);
  };
  return (
    <search className={styles.toolbar}>
      <div className={styles.search}>
        <SearchIcon />
        <input
          ref={input}
          className={styles.input}
          type="search"
          aria-label={p.guilds.search}
          aria-keyshortcuts="/"
          placeholder={p.guilds.search}
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          enterKeyHint="search"
          value={search}
          onChange={(event) => onChange({ search: event.target.value })}
          onKeyDown={(event) => {
            // While a Hangul syllable is composed, Escape and Enter belong to the input method.
            if (event.nativeEvent.isComposing) return;
            if (event.key === 'Escape') onChange({ search: '' });
            if (event.key === 'Enter') onEnter();
          }}
        />
        {search === '' ? (
          <kbd className={styles.key} aria-hidden="true">
            /
          </kbd>
        ) : (
          <button
            type="button"
            className={buttons.icon}
            aria-label={p.guilds.clearSearch}
            onClick={() => {
              onChange({ search: '' });
              input.current?.focus();
            }}
          >
            <CloseIcon />
          </button>
        )}
      </div>
      <div className={styles.segments}>
        <Segmented
          label={p.guilds.show}
          name="filter"
          value={filter}
          options={filters.map((value) => ({
            value,
            label: p.guilds.filters[value],
            content: (
              <>
                {p.guilds.filters[value]}
                <span className={styles.count}>{countOf(value)}</span>
              </>
            ),
          }))}
          onChange={(value) => onChange({ filter: value })}
        />
      </div>
      <label className={`${styles.picker} ${styles.filterPicker}`}>
        <span className={styles.label}>{p.guilds.show}</span>
        <select
          value={filter}
          onChange={(event) => onChange({ filter: event.target.value as Filter })}
        >
          {filters.map((value) => (
            <option key={value} value={value}>
              {`${p.guilds.filters[value]} ${countOf(value)}`.trim()}
            </option>
          ))}
        </select>
        <ChevronIcon />
      </label>
      <label className={`${styles.picker} ${styles.sortPicker}`} title={p.guilds.sort}>
        <span className={styles.label}>{p.guilds.sort}</span>
        <select value={sort} onChange={(event) => onChange({ sort: event.target.value as Sort })}>
          {sorts.map((value) => (
            <option key={value} value={value}>
              {p.guilds.sorts[value]}
            </option>
          ))}
        </select>
        <ChevronIcon />
        <SortIcon />
      </label>
    </search>
  );
}

function useSlashKey(onSlash: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement &&
        event.target.matches('input:not([type=radio]), select, textarea, [contenteditable]');
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      onSlash();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  });
}
