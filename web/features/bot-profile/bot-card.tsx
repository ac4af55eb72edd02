import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import buttons from '../../components/button.module.css';
import { LeavingIcon } from '../../components/icons.tsx';
import { VisuallyHidden } from '../../components/visually-hidden.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { usePageData } from '../../page-data.ts';
import { useSiteName } from '../../site.ts';
import { BotPicture } from './bot-picture.tsx';
import { botQuery } from './bot-query.ts';
import styles from './bot-card.module.css';

/**
 * Who the bot is, and the way to have it on a server of one's own. `connected`: the bot has spoken, so a name that could
 * not be had before can be had now. `children` say more of it.
 */
export function BotCard({ connected, children }: { connected: boolean; children?: ReactNode }) {
  const { m } = useMessages();
  const siteName = useSiteName();
  const { data: bot, isLoadingError, refetch } = useQuery(botQuery);
  // The page knows it without the bot.
  const invitation = usePageData().invite_url ?? bot?.invite_url;
  useEffect(() => {
    if (connected && isLoadingError) void refetch();
  }, [connected, isLoadingError, refetch]);

  return (
    <section className={styles.card}>
      <Arcade />
      <BotPicture className={styles.portrait} />
      <div className={styles.words}>
        <p className={styles.name}>
          <bdi>{bot?.username ?? siteName}</bdi>
        </p>
        <p className={styles.lead}>{m.botCard.lead}</p>
        {invitation && (
          <a
            className={`${buttons.button} ${styles.invite}`}
            href={invitation}
            target="_blank"
            rel="noopener noreferrer"
          >
            {m.botCard.invite}
            <LeavingIcon />
            <VisuallyHidden> {m.opensNewTab}</VisuallyHidden>
          </a>
        )}
        {children}
      </div>
    </section>
  );
}

/** A row of arches, as in a hall. */
const Arcade = () => (
  <svg
    className={styles.arcade}
    aria-hidden="true"
    viewBox="0 0 360 96"
    preserveAspectRatio="xMidYMax slice"
  >
    <rect width="360" height="96" />
    <path d="M-6 96V62a30 30 0 0 1 60 0v34m6 0V62a30 30 0 0 1 60 0v34m6 0V62a30 30 0 0 1 60 0v34m6 0V62a30 30 0 0 1 60 0v34m6 0V62a30 30 0 0 1 60 0v34m6 0V62a30 30 0 0 1 60 0v34" />
  </svg>
);
