import { useDeferredValue, useMemo, useState } from 'react';
import type { GuildAnswer } from '../../../shared/http.ts';
import buttons from '../../components/button.module.css';
import { EmptyState } from '../../components/empty-state.tsx';
import { VisuallyHidden } from '../../components/visually-hidden.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { useFavourites } from './favourites.ts';
import { GuildCard } from './guild-card.tsx';
import { filters, passes, selectGuilds, type Filter, type Sort } from './guild-selection.ts';
import { GuildToolbar } from './guild-toolbar.tsx';
import styles from './guild-list.module.css';

/** The person's servers with search, filters and order. `guilds` is not empty. */
export function GuildList({ guilds, userId }: { guilds: GuildAnswer[]; userId: string | null }) {
  const { language, m } = useMessages();
  const { favourites, toggle } = useFavourites(userId);
  const [search, setSearch] = useState('');
  const [filter, setFilter] = useState<Filter>('all');
  const [sort, setSort] = useState<Sort>('name');

  // The letter appears in the field first; the list follows when there is time.
  const wantedSearch = useDeferredValue(search);
  const shown = useMemo(
    () => selectGuilds(guilds, { search: wantedSearch, filter, sort, favourites }, language),
    [guilds, wantedSearch, filter, sort, favourites, language],
  );
  const counts = useMemo(
    () =>
      Object.fromEntries(
        filters.map((each) => [each, guilds.filter((g) => passes(g, each, favourites)).length]),
      ) as Record<Filter, number>,
    [guilds, favourites],
  );
  const reset = () => {
    setSearch('');
    setFilter('all');
  };
  const nothing =
    filter === 'favourites' && counts.favourites === 0 ? m.guilds.noFavourites : m.guilds.noMatch;

  return (
    <div className={styles.column}>
      <GuildToolbar
        search={search}
        filter={filter}
        sort={sort}
        counts={counts}
        onSearch={setSearch}
        onFilter={setFilter}
        onSort={setSort}
      />
      <VisuallyHidden>
        <output>{m.guilds.found(shown.length)}</output>
      </VisuallyHidden>
      {shown.length === 0 ? (
        <EmptyState title={nothing.title} body={nothing.body}>
          <button type="button" className={buttons.button} onClick={reset}>
            {m.guilds.reset}
          </button>
        </EmptyState>
      ) : (
        <ul className={styles.grid} aria-label={m.guilds.list}>
          {shown.map((guild) => (
            <li key={guild.id} className={styles.cell}>
              <GuildCard
                guild={guild}
                favourite={favourites.has(guild.id)}
                onToggleFavourite={toggle}
              />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
