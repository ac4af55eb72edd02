import { useId, type ReactNode } from 'react';
import styles from './popover.module.css';

/**
 * A button at the end of the header and what opens under it: the browser's own popover, so that Escape, a press
 * elsewhere, the top layer and the focus that comes back need no code. What is inside with `data-closes` closes it.
 */
export function Popover({
  label,
  title,
  className,
  face,
  children,
}: {
  /** What the opened surface is called. */
  label: string;
  title?: string;
  className: string | undefined;
  /** What the button shows; its words name the button. */
  face: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <>
      <button type="button" className={className} title={title} popoverTarget={id}>
        {face}
      </button>
      <section
        id={id}
        popover="auto"
        aria-label={label}
        className={styles.surface}
        ref={closeOnPress}
      >
        {children}
      </section>
    </>
  );
}

/** Closes a popover when a link or button in it that leads away is pressed. */
function closeOnPress(surface: HTMLElement | null) {
  const close = ({ target }: Event) => {
    if (target instanceof Element && target.closest('[data-closes]')) surface?.hidePopover();
  };
  surface?.addEventListener('click', close);
  return () => surface?.removeEventListener('click', close);
}
