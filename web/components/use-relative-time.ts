import { useEffect, useState } from 'react';
import { useMessages } from '../i18n/messages.tsx';
import { formatRelativeTime } from '../i18n/relative-time.ts';

/** How long ago `then` was (ISO 8601 or milliseconds), in words that stay true: they are made anew every 15 seconds. */
export function useRelativeTime(then: string | number): string {
  const { language, m } = useMessages();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(tick);
  }, []);
  return formatRelativeTime(language, new Date(then).getTime(), now) ?? m.justNow;
}
