import { useEffect, useRef } from 'react';
import buttons from '../../components/button.module.css';
import { ChevronIcon, CloseIcon, SearchIcon } from '../../components/icons.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { filters, sorts, type Filter, type Sort } from './guild-selection.ts';
import styles from './guild-toolbar.module.css';

/** Search, filter and order of the list. `/` goes to the search from anywhere on the page, Escape empties it. */
export function GuildToolbar({
  search,
  filter,
  sort,
  counts,
  onSearch,
  onFilter,
  onSort,
}: {
  search: string;
  filter: Filter;
  sort: Sort;
  /** How many servers each filter lets through. */
  counts: Record<Filter, number>;
  onSearch: (search: string) => void;
  onFilter: (filter: Filter) => void;
  onSort: (sort: Sort) => void;
}) {
  const { language, m } = useMessages();
  const input = useRef<HTMLInputElement>(null);
  useSlashKey(() => input.current?.focus());
  const number = new Intl.NumberFormat(language);
  return (
    <search className={styles.toolbar}>
      <div className={styles.search}>
        <SearchIcon />
        <input
          ref={input}
          className={styles.input}
          type="search"
          aria-label={m.guilds.search}
          aria-keyshortcuts="/"
          placeholder={m.guilds.search}
          autoComplete="off"
          spellCheck={false}
          value={search}
          onChange={(event) => onSearch(event.target.value)}
          onKeyDown={(event) => {
            // While a Hangul syllable is composed, Escape belongs to the input method.
            if (event.key === 'Escape' && !event.nativeEvent.isComposing) onSearch('');
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
            aria-label={m.guilds.clearSearch}
            onClick={() => {
              onSearch('');
              input.current?.focus();
            }}
          >
            <CloseIcon />
          </button>
        )}
      </div>
      <Segmented
        label={m.guilds.show}
        name="filter"
        value={filter}
        options={filters.map((value) => ({
          value,
          label: m.guilds.filters[value],
          content: (
            <>
              {m.guilds.filters[value]}
              <span className={styles.count}>{number.format(counts[value])}</span>
            </>
          ),
        }))}
        onChange={onFilter}
      />
      <label className={styles.sort}>
        <span>{m.guilds.sort}</span>
        <select value={sort} onChange={(event) => onSort(event.target.value as Sort)}>
          {sorts.map((value) => (
            <option key={value} value={value}>
              {m.guilds.sorts[value]}
            </option>
          ))}
        </select>
        <ChevronIcon />
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
