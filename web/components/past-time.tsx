import type { ReactNode } from 'react';
import { useMessages } from '../i18n/messages.tsx';
import { formatMoment } from '../i18n/relative-time.ts';
import { useRelativeTime } from './use-relative-time.ts';

/** How long ago something was, inside words of its own; the exact time on hover. */
export function PastTime({
  time,
  className,
  children,
}: {
  /** ISO 8601. */
  time: string;
  className?: string;
  children: (when: string) => ReactNode;
}) {
  const { language } = useMessages();
  const when = useRelativeTime(time);
  return (
    <time className={className} dateTime={time} title={formatMoment(language, Date.parse(time))}>
      {children(when)}
    </time>
  );
}
