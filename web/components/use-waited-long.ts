import { useEffect, useState } from 'react';

/** How long one waits without a word. */
const patienceMs = 5000;

/** Whether something has been waited for long enough that a word is due. */
export function useWaitedLong(waiting: boolean): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setLong(true), patienceMs);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [waiting]);
  return long;
}
