import { Link } from 'react-router-dom';
import { BotPicture } from './features/bot-profile/bot-picture.tsx';
import { useMessages } from './i18n/messages.tsx';
import { paths } from './paths.ts';
import { useSiteName } from './site.ts';
import styles from './brand.module.css';

/** Whose dashboard this is, and the way home. */
export function Brand() {
  const { m } = useMessages();
  const name = useSiteName();
  return (
    <Link className={styles.brand} to={paths.dashboard} aria-label={`${name}, ${m.home}`}>
      <BotPicture className={styles.picture} />
      <bdi className={styles.name}>{name}</bdi>
    </Link>
  );
}
