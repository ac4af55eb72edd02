import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Avatar } from '../../components/avatar.tsx';
import { PageHeading } from '../../components/page.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { botQuery } from './bot-query.ts';
import styles from './bot-badge.module.css';

/** Whose dashboard this is. `heardFrom`: the bot has spoken, so a name that could not be had before can be had now. */
export function BotBadge({ heardFrom }: { heardFrom: boolean }) {
  const { m } = useMessages();
  const bot = useQuery(botQuery);
  const { isLoadingError: isError, refetch } = bot;
  useEffect(() => {
    if (heardFrom && isError) void refetch();
  }, [heardFrom, isError, refetch]);

  return (
    <div className={styles.badge}>
      {bot.data ? (
        <Avatar
          id={bot.data.id}
          name={bot.data.username}
          url={bot.data.avatar_url}
          shape="round"
          size={3.5}
        />
      ) : (
        !isError && <span className={styles.nobody} />
      )}
      <div>
        {!isError && <p className={styles.name}>{bot.data?.username}</p>}
        <PageHeading className={styles.title} title={m.title} />
      </div>
    </div>
  );
}
