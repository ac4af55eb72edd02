/** The few icons of the interface, drawn for 24 units and sized by the text beside them. All are decoration: the words stand next to them. */
import type { ReactNode } from 'react';

function Icon({ children, filled = false }: { children: ReactNode; filled?: boolean }) {
  return (
    <svg
      aria-hidden="true"
      width="1.25em"
      height="1.25em"
      viewBox="0 0 24 24"
      fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {children}
    </svg>
  );
}

/** Discord's own mark, for the link that leads there. */
export const DiscordIcon = () => (
  <svg aria-hidden="true" width="1.4em" height="1.4em" viewBox="0 0 24 24" fill="currentColor">
    <path d="M19.27 5.33A16.6 16.6 0 0 0 15.13 4l-.2.4c1.6.4 2.34.96 3.12 1.65A14 14 0 0 0 6 6.05C6.7 5.4 7.6 4.8 9.1 4.4L8.87 4a16.6 16.6 0 0 0-4.14 1.33C2.1 9.2 1.4 13 1.75 16.72A16.7 16.7 0 0 0 6.8 19.3l1.02-1.66c-.58-.2-1.13-.46-1.66-.78l.4-.32a11.9 11.9 0 0 0 10.88 0l.4.32c-.53.32-1.08.58-1.66.78l1.02 1.66a16.7 16.7 0 0 0 5.05-2.58c.42-4.3-.7-8.06-2.18-11.4ZM8.68 14.4c-.98 0-1.8-.91-1.8-2.02s.8-2.02 1.8-2.02c1 0 1.81.91 1.8 2.02 0 1.11-.8 2.02-1.8 2.02Zm6.64 0c-.98 0-1.8-.91-1.8-2.02s.8-2.02 1.8-2.02c1 0 1.82.91 1.8 2.02 0 1.11-.8 2.02-1.8 2.02Z" />
  </svg>
);

export const SearchIcon = () => (
  <Icon>
    <circle cx="11" cy="11" r="6.5" />
    <path d="m16 16 4.5 4.5" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6 6 18" />
  </Icon>
);

export const RefreshIcon = () => (
  <Icon>
    <path d="M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6" />
  </Icon>
);

export const ChevronIcon = () => (
  <Icon>
    <path d="m7 10 5 5 5-5" />
  </Icon>
);

export const StarIcon = ({ filled }: { filled: boolean }) => (
  <Icon filled={filled}>
    <path d="m12 3.6 2.6 5.3 5.8.85-4.2 4.1 1 5.8L12 16.9l-5.2 2.75 1-5.8-4.2-4.1 5.8-.85Z" />
  </Icon>
);

export const LeavingIcon = () => (
  <Icon>
    <path d="M9 7h8v8M17 7 7 17" />
  </Icon>
);

export const LockIcon = () => (
  <Icon>
    <rect x="5.5" y="11" width="13" height="9" rx="2" />
    <path d="M8.5 11V8a3.5 3.5 0 0 1 7 0v3" />
  </Icon>
);

export const SignOutIcon = () => (
  <Icon>
    <path d="M10 4.5H6.5a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2H10M14.5 8l4 4-4 4M18.5 12H10" />
  </Icon>
);

export const SystemIcon = () => (
  <Icon>
    <rect x="3.5" y="5" width="17" height="11" rx="2" />
    <path d="M9 20h6M12 16v4" />
  </Icon>
);

export const LightIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4" />
  </Icon>
);

export const DarkIcon = () => (
  <Icon>
    <path d="M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7Z" />
  </Icon>
);

export const AlertIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7.5v5M12 16v.1" />
  </Icon>
);

export const DoneIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="m8.5 12.3 2.4 2.4 4.6-5" />
  </Icon>
);

export const AccountIcon = () => (
  <Icon>
    <circle cx="12" cy="8.5" r="3.5" />
    <path d="M5 19.5c1-3.4 3.7-5 7-5s6 1.6 7 5" />
  </Icon>
);

export const SettingsIcon = () => (
  <Icon>
    <path d="M4 8h9M19 8h1M4 16h1M11 16h9" />
    <circle cx="16" cy="8" r="2.5" />
    <circle cx="8" cy="16" r="2.5" />
  </Icon>
);

export const SortIcon = () => (
  <Icon>
    <path d="M8 5v14M8 19l-3-3M8 19l3-3M16 19V5M16 5l-3 3M16 5l3 3" />
  </Icon>
);
