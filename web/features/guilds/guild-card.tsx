import { memo } from 'react';
import type { GuildAnswer } from '../../../shared/http.ts';
import { Avatar } from '../../components/avatar.tsx';
import buttons from '../../components/button.module.css';
import { LeavingIcon, LockIcon, StarIcon } from '../../components/icons.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { presenceOf, roleOf } from './guild-selection.ts';
import styles from './guild-card.module.css';

/** One server: what it is, what the person is in it, and the one thing to do about the bot there. Memoised: typing in the search redraws only the list. */
export const GuildCard = memo(function GuildCard({
  guild,
  favourite,
  onToggleFavourite,
}: {
  guild: GuildAnswer;
  favourite: boolean;
  onToggleFavourite: (guildId: string) => void;
}) {
  const { m } = useMessages();
  const members = guild.approximate_member_count;
  const nameId = `server-${guild.id}`;
  return (
    <article className={styles.card} aria-labelledby={nameId}>
      <Avatar id={guild.id} name={guild.name} url={guild.icon_url} shape="square" size={3} />
      <div className={styles.words}>
        <h2 className={styles.name} id={nameId} title={guild.name}>
          {guild.name}
        </h2>
        <p className={styles.facts}>
          {m.guilds.roles[roleOf(guild)]}
          {members !== null && ` · ${m.guilds.members(members)}`}
        </p>
      </div>
      <button
        type="button"
        className={`${buttons.icon} ${styles.star}`}
        aria-pressed={favourite}
        aria-label={m.guilds.pin(guild.name)}
        onClick={() => onToggleFavourite(guild.id)}
      >
        <StarIcon filled={favourite} />
      </button>
      <div className={styles.action}>
        <Action guild={guild} />
      </div>
    </article>
  );
});

function Action({ guild }: { guild: GuildAnswer }) {
  const { m } = useMessages();
  switch (presenceOf(guild)) {
    case 'here':
      return <p className={styles.here}>{m.guilds.here}</p>;
    case 'addable':
      return (
        <a
          className={buttons.button}
          href={guild.invite_url ?? undefined}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={`${m.guilds.add}: ${guild.name} ${m.opensNewTab}`}
        >
          {m.guilds.add}
          <LeavingIcon />
        </a>
      );
    case 'locked':
      return (
        <p className={styles.locked}>
          <LockIcon />
          <span>{m.guilds.locked}</span>
        </p>
      );
    case 'unknown':
      return <p className={styles.locked}>{m.guilds.unknown}</p>;
  }
}
