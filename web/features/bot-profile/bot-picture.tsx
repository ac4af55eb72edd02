import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { botQuery } from './bot-query.ts';
import styles from './bot-picture.module.css';

/** What stands for a bot without a picture, or whose picture does not load. */
const mark = '/icon.svg';

/** The bot's picture. Decoration: its name stands next to it. Only looks at what is known: whoever shows the name asks. */
export function BotPicture({ className = '' }: { className?: string }) {
  const bot = useQuery({ ...botQuery, enabled: false });
  const url = bot.data?.avatar_url ?? mark;
  const [broken, setBroken] = useState<string | null>(null);
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    // It may have failed before this script ran.
    const { complete, naturalWidth } = image.current ?? { complete: false, naturalWidth: 0 };
    if (complete && naturalWidth === 0) setBroken(url);
  }, [url]);
  return (
    <img
      ref={image}
      className={`${styles.picture} ${className}`}
      src={url === broken ? mark : url}
      alt=""
      decoding="async"
      fetchPriority="low"
      onError={() => setBroken(url)}
    />
  );
}
