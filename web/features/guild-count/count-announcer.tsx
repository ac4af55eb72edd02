import { useEffect, useRef, useState } from 'react';
import { VisuallyHidden } from '../../components/visually-hidden.tsx';
import { useMessages } from '../../i18n/messages.tsx';

/** A busy bot's count moves many times a minute; nobody wants all of it read out. */
const pauseMs = 15_000;

/** Tells screen readers politely when the count has changed, at most every 15 seconds and then the latest figure. */
export function CountAnnouncer({ count }: { count: number }) {
  const { m } = useMessages();
  const [announced, setAnnounced] = useState<number | null>(null);
  const last = useRef({ count, at: 0 });

  useEffect(() => {
    if (count === last.current.count) return;
    const wait = setTimeout(
      () => {
        last.current = { count, at: Date.now() };
        setAnnounced(count);
      },
      Math.max(0, last.current.at + pauseMs - Date.now()),
    );
    return () => clearTimeout(wait);
  }, [count]);

  return (
    <VisuallyHidden>
      <output>{announced === null ? '' : m.countChanged(announced)}</output>
    </VisuallyHidden>
  );
}
