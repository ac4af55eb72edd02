import { useState, type CSSProperties } from 'react';
import { initials } from './initials.ts';
import styles from './avatar.module.css';

/**
 * A picture of a person, a bot or a server; their initials when there is none or it does not load. Decoration: the
 * name stands next to it. `id` gives the initials a quiet colour of their own.
 */
export function Avatar({
  id,
  name,
  url,
  shape,
  size,
}: {
  id: string;
  name: string;
  url: string | null;
  shape: 'round' | 'square';
  /** In rem. */
  size: number;
}) {
  const [broken, setBroken] = useState<string | null>(null);
  const style = { '--size': `${size}rem`, '--hue': hueOf(id) } as CSSProperties;
  return (
    <span className={styles.avatar} data-shape={shape} style={style} aria-hidden="true">
      {url !== null && url !== broken ? (
        <img
          className={styles.picture}
          src={url}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setBroken(url)}
        />
      ) : (
        initials(name)
      )}
    </span>
  );
}

/** A hue for an id. All of its digits count: those of a snowflake's end are often the same. */
function hueOf(id: string): number {
  return [...id].reduce((hue, digit) => (hue * 31 + digit.charCodeAt(0)) % 360, 0);
}
