/** What the BFF wrote into this page for its script: whose dashboard it is, and what it would otherwise have to ask first. */
import { createContext, use } from 'react';
import { pageDataName, type PageData } from '../shared/pages.ts';

const nothing: PageData = {
  site: { name: null, support_url: null, privacy_url: null, terms_url: null },
  retention: { login: 600, session_idle: 86_400, session_max: 2_592_000 },
  invite_url: null,
  bot: null,
};

const PageDataContext = createContext(nothing);

/** Gives everything inside it what was written into the page. */
export const PageDataProvider = PageDataContext;

/** What was written into the page, true for the moment it was opened. */
export function usePageData(): PageData {
  return use(PageDataContext);
}

/** Reads it from the document; a page that nobody filled in knows nothing. */
export function readPageData(): PageData {
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${pageDataName}"]`)?.content;
  return content ? (JSON.parse(content) as PageData) : nothing;
}
