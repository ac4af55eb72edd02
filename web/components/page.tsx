import { useEffect, useRef, type ReactNode } from 'react';
import { useNavigationType } from 'react-router-dom';
import { windowTitle } from '../../shared/pages.ts';
import { useSiteName } from '../site.ts';
import styles from './page.module.css';

/**
 * A page under a heading. An empty `lead` keeps its place. Puts the heading in the window's title and, when the person came here from another page of
 * ours, moves the focus to it, so that a screen reader says where they are.
 */
export function Page({
  title,
  lead,
  aside,
  children,
}: {
  title: string;
  lead?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <PageHeading className={styles.title} title={title} />
        {aside && <div className={styles.aside}>{aside}</div>}
        {lead !== undefined && <p className={styles.lead}>{lead}</p>}
      </header>
      {children}
    </div>
  );
}

/** The `<h1>` of a page, for pages with a layout of their own. `focused`: it has taken the place of what had the focus. */
export function PageHeading({
  title,
  className,
  focused = false,
}: {
  title: string;
  className?: string;
  focused?: boolean;
}) {
  const siteName = useSiteName();
  const heading = useRef<HTMLHeadingElement>(null);
  const arrival = useNavigationType();
  useEffect(() => {
    document.title = windowTitle(title, siteName);
  }, [title, siteName]);
  useEffect(() => {
    if (focused || arrival === 'PUSH') heading.current?.focus({ preventScroll: true });
  }, [arrival, focused]);
  return (
    <h1 ref={heading} tabIndex={-1} className={className}>
      {title}
    </h1>
  );
}
