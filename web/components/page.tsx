import { useEffect, useRef, type ReactNode } from 'react';
import { useNavigationType } from 'react-router-dom';
import { windowTitle } from '../../shared/pages.ts';
import { useSiteName } from '../site.ts';
import styles from './page.module.css';

/**
 * A page under a heading. Puts the heading in the window's title and, when the person came here from another page of
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
        <div className={styles.words}>
          <PageHeading className={styles.title} title={title} />
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {aside}
      </header>
      {children}
    </div>
  );
}

/** The `<h1>` of a page, for pages with a layout of their own. */
export function PageHeading({ title, className }: { title: string; className?: string }) {
  const siteName = useSiteName();
  const heading = useRef<HTMLHeadingElement>(null);
  const arrival = useNavigationType();
  useEffect(() => {
    document.title = windowTitle(title, siteName);
  }, [title, siteName]);
  useEffect(() => {
    if (arrival === 'PUSH') heading.current?.focus({ preventScroll: true });
  }, [arrival]);
  return (
    <h1 ref={heading} tabIndex={-1} className={className}>
      {title}
    </h1>
  );
}
