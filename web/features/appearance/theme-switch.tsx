import { useState } from 'react';
import { DarkIcon, LightIcon, SystemIcon } from '../../components/icons.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useMessages } from '../../i18n/messages.tsx';
import { chooseTheme, readTheme, themes, type Theme } from './theme.ts';

const icons = { system: <SystemIcon />, light: <LightIcon />, dark: <DarkIcon /> };

/** System, light or dark. */
export function ThemeSwitch() {
  const { m } = useMessages();
  const [theme, setTheme] = useState(readTheme);
  return (
    <Segmented<Theme>
      label={m.theme.label}
      name="theme"
      value={theme}
      options={themes.map((value) => ({ value, label: m.theme[value], content: icons[value] }))}
      onChange={(next) => {
        chooseTheme(next);
        setTheme(next);
      }}
    />
  );
}
