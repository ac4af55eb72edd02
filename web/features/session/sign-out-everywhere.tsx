import { AlertDialog } from '@base-ui/react/alert-dialog';
import { CSPProvider } from '@base-ui/react/csp-provider';
import buttons from '../../components/button.module.css';
import { useMessages } from '../../i18n/messages.tsx';
import { usePersonalMessages } from '../../i18n/personal-messages.ts';
import styles from './sign-out-everywhere.module.css';

/** Asks before every browser of the person is signed out. */
export function SignOutEverywhere({
  pending,
  onConfirm,
}: {
  pending: boolean;
  onConfirm: () => void;
}) {
  const { m } = useMessages();
  const p = usePersonalMessages();
  return (
    <CSPProvider disableStyleElements>
      <AlertDialog.Root>
        <AlertDialog.Trigger className={buttons.button} disabled={pending}>
          {p.account.everywhere}
        </AlertDialog.Trigger>
        <AlertDialog.Portal>
          <AlertDialog.Backdrop className={styles.backdrop} />
          <AlertDialog.Popup className={styles.popup}>
            <AlertDialog.Title className={styles.title}>
              {p.account.everywhereTitle}
            </AlertDialog.Title>
            <AlertDialog.Description className={styles.body}>
              {p.account.everywhereBody}
            </AlertDialog.Description>
            <div className={styles.actions}>
              <AlertDialog.Close className={buttons.quiet}>{m.cancel}</AlertDialog.Close>
              <AlertDialog.Close className={buttons.compact} onClick={onConfirm}>
                {p.account.everywhere}
              </AlertDialog.Close>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Portal>
      </AlertDialog.Root>
    </CSPProvider>
  );
}
