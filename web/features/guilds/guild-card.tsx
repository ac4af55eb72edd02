import { memo } from 'react';
import type { GuildAnswer } from '../../../shared/http.ts';
import { Avatar } from '../../components/avatar.tsx';
import buttons from '../../components/button.module.css';
import { LeavingIcon, LockIcon, StarIcon } from '../../components/icons.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { usePersonalMessages } from '../../i18n/personal-messages.ts';
import { presenceOf, roleOf, type Presence } from './guild-facts.ts';
import styles from './guild-card.module.css';

/** In rem. What one can do more with is larger. */
const pictureSizes: Record<Presence, number> = { here: 3, addable: 2.5, unknown: 2.5, locked: 2 };

/**
 * One server: what it is, what the person is in it, and the one thing to do about the bot there. `away`: the bot cannot
 * be asked, and this is how it was. Memoised: typing in the search redraws only what changes.
 */
export const GuildCard = memo(function GuildCard({
  guild,
  away,
  favourite,
  onToggleFavourite,
}: {
  guild: GuildAnswer;
  away: boolean;
  favourite: boolean;
  onToggleFavourite: (guildId: string) => void;
}) {
  const p = usePersonalMessages();
  const presence = presenceOf(guild);
  const members = guild.approximate_member_count;
  const nameId = `server-${guild.id}`;
  return (
    <article
      className={styles.card}
      aria-labelledby={nameId}
      data-presence={presence}
      data-away={away}
    >
      <Avatar
        id={guild.id}
        name={guild.name}
        url={guild.icon_url}
        shape="square"
        size={pictureSizes[presence]}
      />
      <div className={styles.words}>
        <h3 className={styles.name} id={nameId} title={guild.name}>
          {guild.name}
        </h3>
        <p className={styles.facts}>
          {p.guilds.roles[roleOf(guild)]}
          {members !== null && ` · ${p.guilds.members(members)}`}
        </p>
      </div>
      <div className={styles.action}>
        <Action guild={guild} presence={presence} away={away} />
      </div>
      <button
        type="button"
        className={`${buttons.icon} ${styles.star}`}
        aria-pressed={favourite}
        aria-label={p.guilds.pin(guild.name)}
        data-stop="star"
        onClick={() => onToggleFavourite(guild.id)}
      >
        <StarIcon filled={favourite} />
      </button>
    </article>
  );
});

function Action({
  guild,
  presence,
  away,
}: {
  guild: GuildAnswer;
  presence: Presence;
  away: boolean;
}) {
  const { m } = useMessages();
  const p = usePersonalMessages();
  switch (presence) {
    case 'here':
      return (
        <>
          <p className={styles.here}>{away ? p.guilds.wasHere : p.guilds.here}</p>
          <a
            className={styles.open}
            href={`https://discord.com/channels/${guild.id}`}
            target="_blank"
            rel="noopener noreferrer"
            aria-label={`${p.guilds.open}: ${guild.name} ${m.opensNewTab}`}
            data-stop="action"
          >
            {p.guilds.open}
            <LeavingIcon />
          </a>
        </>
      );
    case 'addable':
      return (
        <a
          className={buttons.button}
          href={guild.invite_url ?? undefined}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={`${p.guilds.addNamed(guild.name)} ${m.opensNewTab}`}
          data-stop="action"
        >
          {p.guilds.add}
          <LeavingIcon />
        </a>
      );
    case 'locked':
      return (
        <p className={styles.locked} title={p.guilds.lockedLead}>
          <LockIcon />
          <span>{p.guilds.locked}</span>
        </p>
      );
    case 'unknown':
      return <p className={styles.locked}>{p.guilds.unknown}</p>;
  }
}
