// Applies the remembered theme before first paint. web/features/appearance/theme.ts writes what is read here.
try {
  const theme = localStorage.getItem('guildhall:theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked in this browser: the system's theme stays.
}
