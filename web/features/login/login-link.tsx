import buttons from '../../components/button.module.css';
import { DiscordIcon } from '../../components/icons.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { loginPath, paths } from '../../paths.ts';

/** The way in: a plain link, so that it works before anything has loaded and whatever has failed. */
export function LoginLink() {
  const { m } = useMessages();
  return (
    <a className={buttons.login} href={loginPath(paths.guilds)}>
      <DiscordIcon />
      {m.login}
    </a>
  );
}
