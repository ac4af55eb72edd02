import { useId } from 'react';
import { ChevronIcon } from '../../components/icons.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { usePersonalMessages } from '../../i18n/personal-messages.ts';
import { GuildCard } from './guild-card.tsx';
import type { GuildGroup } from './guild-selection.ts';
import styles from './guild-list.module.css';

/** One group of servers under its heading. Folded it shows the favourites in it only, for those were starred to be seen. */
export function GuildGroupSection({
  group: { presence, guilds },
  away,
  foldable,
  unfolded,
  onFold,
  favourites,
  onToggleFavourite,
}: {
  group: GuildGroup;
  away: boolean;
  foldable: boolean;
  unfolded: boolean;
  onFold: (unfolded: boolean) => void;
  favourites: ReadonlySet<string>;
  onToggleFavourite: (guildId: string) => void;
}) {
  const { language } = useMessages();
  const p = usePersonalMessages();
  const headingId = useId();
  const shown = foldable && !unfolded ? guilds.filter((guild) => favourites.has(guild.id)) : guilds;
  const heading = (
    <>
      {p.guilds.groups[presence]}
      <span className={styles.count}>{new Intl.NumberFormat(language).format(guilds.length)}</span>
    </>
  );
  return (
    <section className={styles.group} data-presence={presence}>
      <h2 className={styles.heading} id={headingId}>
        {foldable ? (
          <button
            type="button"
            className={styles.fold}
            aria-expanded={unfolded}
            onClick={() => onFold(!unfolded)}
          >
            <ChevronIcon />
            {heading}
          </button>
        ) : (
          heading
        )}
      </h2>
      {presence === 'locked' && <p className={styles.lead}>{p.guilds.lockedLead}</p>}
      {shown.length > 0 && (
        <ul className={styles.grid} aria-labelledby={headingId}>
          {shown.map((guild) => (
            <li key={guild.id} className={styles.cell} data-cell>
              <GuildCard
                guild={guild}
                away={away}
                favourite={favourites.has(guild.id)}
                onToggleFavourite={onToggleFavourite}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
