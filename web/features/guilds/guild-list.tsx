import { useDeferredValue, useEffect, useMemo, useRef } from 'react';
import type { GuildAnswer } from '../../../shared/http.ts';
import buttons from '../../components/button.module.css';
import { EmptyState } from '../../components/empty-state.tsx';
import { VisuallyHidden } from '../../components/visually-hidden.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { usePersonalMessages } from '../../i18n/personal-messages.ts';
import { useFavourites } from './favourites.ts';
import { GuildGroupSection } from './guild-group.tsx';
import { filters, groupGuilds, passes, type Filter } from './guild-selection.ts';
import { GuildToolbar } from './guild-toolbar.tsx';
import { useListAddress } from './list-address.ts';
import { focusFirstStop, useArrowKeys } from './use-arrow-keys.ts';
import styles from './guild-list.module.css';

/** The person's servers in groups, with search, filters and order. `guilds` is not empty. `away`: the bot cannot be asked. */
export function GuildList({
  guilds,
  away,
  userId,
}: {
  guilds: GuildAnswer[];
  away: boolean;
  userId: string | null;
}) {
  const { language } = useMessages();
  const p = usePersonalMessages();
  const { favourites, toggle } = useFavourites(userId);
  const [asked, change] = useListAddress();
  const { search, filter, sort } = asked;
  const list = useRef<HTMLDivElement>(null);
  useArrowKeys(list);

  // The letter appears in the field first; the list follows when there is time.
  const wantedSearch = useDeferredValue(search);
  const groups = useMemo(
    () => groupGuilds(guilds, { search: wantedSearch, filter, sort }, favourites, language),
    [guilds, wantedSearch, filter, sort, favourites, language],
  );
  const counts = useMemo(() => countByFilter(guilds, favourites), [guilds, favourites]);
  const found = groups.reduce((sum, group) => sum + group.guilds.length, 0);

  // Enter may come before the list has caught up with the letters.
  const enterPressed = useRef(false);
  const goToFirst = () => {
    enterPressed.current = wantedSearch !== search;
    if (!enterPressed.current) focusFirstStop(list.current);
  };
  useEffect(() => {
    if (!enterPressed.current || wantedSearch !== search) return;
    enterPressed.current = false;
    focusFirstStop(list.current);
  }, [wantedSearch, search]);

  const nothing =
    filter === 'favourites' && counts.favourites === 0
      ? ({ drawing: 'star', ...p.guilds.noFavourites } as const)
      : ({ drawing: 'search', ...p.guilds.noMatch } as const);

  return (
    <div className={styles.column}>
      <GuildToolbar asked={asked} counts={counts} onChange={change} onEnter={goToFirst} />
      <VisuallyHidden>
        <output>{p.guilds.found(found)}</output>
      </VisuallyHidden>
      {found === 0 ? (
        <EmptyState {...nothing}>
          <button
            type="button"
            className={buttons.button}
            onClick={() => change({ search: '', filter: 'all' })}
          >
            {p.guilds.reset}
          </button>
        </EmptyState>
      ) : (
        <div ref={list} className={styles.groups}>
          {groups.map((group) => (
            <GuildGroupSection
              key={group.presence}
              group={group}
              away={away}
              // Who searches or filters wants to see what was found.
              foldable={
                group.presence === 'locked' && wantedSearch.trim() === '' && filter === 'all'
              }
              unfolded={asked.unfolded}
              onFold={(unfolded) => change({ unfolded })}
              favourites={favourites}
              onToggleFavourite={toggle}
            />
          ))}
        </div>
      )}
    </div>
  );
}

/** How many servers each filter lets through; null where the bot has not said where it is, for that is no zero. */
function countByFilter(
  guilds: readonly GuildAnswer[],
  favourites: ReadonlySet<string>,
): Record<Filter, number | null> {
  const unknown = guilds.some(({ bot_present }) => bot_present === null);
  const count = (filter: Filter) =>
    unknown && (filter === 'here' || filter === 'addable')
      ? null
      : guilds.filter((guild) => passes(guild, filter, favourites)).length;
  return Object.fromEntries(filters.map((filter) => [filter, count(filter)])) as Record<
    Filter,
    number | null
  >;
}
