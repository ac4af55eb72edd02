/** What is stored about people, for those whose owner has not written a page of their own. */
import { Fragment } from 'react';
import { formatSpan } from '../../shared/pages.ts';
import { Page } from '../components/page.tsx';
import { policyIn } from '../features/privacy/policy.ts';
import { useMessages } from '../i18n/messages.tsx';
import { usePageData } from '../page-data.ts';
import { useSiteLinks } from '../site.ts';
import styles from '../components/page.module.css';

export function PrivacyPage() {
  const { m, language } = useMessages();
  const { retention } = usePageData();
  const { support } = useSiteLinks();
  const { lead, sections } = policyIn(language, {
    login: formatSpan(language, retention.login),
    sessionIdle: formatSpan(language, retention.session_idle),
    sessionMax: formatSpan(language, retention.session_max),
  });
  return (
    <Page title={m.privacy.title} lead={lead}>
      <div className={styles.prose}>
        {sections.map(({ heading, paragraphs }) => (
          <Fragment key={heading}>
            <h2>{heading}</h2>
            {paragraphs.map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
          </Fragment>
        ))}
        <p>
          <a href={support ?? ''}>{m.privacy.contact}</a>
        </p>
      </div>
    </Page>
  );
}
