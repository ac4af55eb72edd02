import type { Rolldown } from 'vite';

type ModuleGraph = Pick<Rolldown.ChunkingContext, 'getModuleInfo'>;

/**
 * Names the chunk of everything the entry imports at once. One file for it, whoever shares what with pages that come
 * later: fewer requests, better compression, and its styles in one piece for the build to put into the page.
 */
export function firstDownload(id: string, graph: ModuleGraph): string | null {
  return isImportedAtOnce(id, graph, new Set()) ? 'first' : null;
}

function isImportedAtOnce(id: string, graph: ModuleGraph, seen: Set<string>): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const module = graph.getModuleInfo(id);
  if (module === null) return false;
  return module.isEntry || module.importers.some((from) => isImportedAtOnce(from, graph, seen));
}
