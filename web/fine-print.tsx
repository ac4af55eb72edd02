import { useMessages } from './i18n/messages.tsx';
import { useSiteLinks } from './site.ts';
import styles from './fine-print.module.css';

/** The owner's links and what has to be said. A link that the owner did not set keeps its place, unseen. */
export function FinePrint() {
  const { m } = useMessages();
  const { support, privacy, terms } = useSiteLinks();
  const links = [
    { label: m.finePrint.support, address: support },
    { label: m.finePrint.terms, address: terms },
    { label: m.finePrint.privacy, address: privacy },
    { label: m.finePrint.licences, address: '/licenses.txt' },
  ];
  return (
    <ul className={styles.links}>
      {links.map(({ label, address }) => (
        <li key={label}>
          <a href={address ?? ''}>{label}</a>
        </li>
      ))}
    </ul>
  );
}
