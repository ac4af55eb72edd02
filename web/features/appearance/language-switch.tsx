import { Segmented } from '../../components/segmented.tsx';
import { languages } from '../../../shared/pages.ts';
import { useMessages } from '../../i18n/messages.tsx';

/** Korean or English, each named in itself. */
export function LanguageSwitch() {
  const { language, m, setLanguage } = useMessages();
  return (
    <Segmented
      label={m.language.label}
      name="language"
      value={language}
      options={languages.map((value) => ({ value, label: m.language[value], lang: value }))}
      onChange={setLanguage}
    />
  );
}
