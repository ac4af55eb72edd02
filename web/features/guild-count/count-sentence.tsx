import { useEffect, useRef } from 'react';
import { useMessages } from '../../i18n/messages.tsx';
import styles from './count-sentence.module.css';

/** Three figures wide, so that the page does not move when the count arrives. */
const placeholder = '\u2007\u2007\u2007';

/**
 * The count as one sentence of plain text in one paragraph, its figure the largest thing on the page; quieter when it is
 * what was last known. Null: on its way.
 */
export function CountSentence({ count, stale }: { count: number | null; stale: boolean }) {
  const { m } = useMessages();
  const sentence = m.countSentence(count ?? 0);
  const figureElement = useGlowOnChange(count);
  const figure = count === null ? placeholder : sentence.count;
  return (
    <p
      className={styles.sentence}
      data-characters={figure.length}
      data-loading={count === null}
      data-stale={stale}
      aria-hidden={count === null}
    >
      <span className={styles.before}>{sentence.before}</span>
      <strong ref={figureElement} className={styles.figure}>
        {figure}
      </strong>
      {sentence.after}
    </p>
  );
}

/** Lets an element glow in the accent for a moment when its value moves; not when it first arrives. */
function useGlowOnChange(value: number | null) {
  const element = useRef<HTMLElement>(null);
  const last = useRef(value);
  useEffect(() => {
    if (value === last.current) return;
    const arrived = last.current === null;
    last.current = value;
    if (arrived || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    element.current?.animate([{ color: 'var(--accent)' }, {}], {
      duration: 1400,
      easing: 'ease-in',
    });
  }, [value]);
  return element;
}
