/** Where a repository keeps manifests of CloudNativePG, so that the recipe for CI checks them. Only looks. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const skipped = new Set(['node_modules', 'reports', 'vendor', 'dist']);
const deepest = 8;
const filesAtMost = 5_000;
/** Objects of the operator, and its chart in a HelmRelease or an Application. */
const ofOperator = /^\s*apiVersion:\s*["']?postgresql\.cnpg\.io\/|cloudnative-pg\.github\.io\/charts/m;

/**
 * The folders to check, as seen from the root, with `/`: below each folder of the root the one that holds all such
 * manifests and all kustomizations, for a Pooler refers to its Cluster and an overlay to its base. A chart counts as a whole.
 * @returns sorted; `.` alone where a manifest lies in the root itself
 */
export function manifestFolders(root: string): string[] {
  const files = yamlBelow(root);
  const found = files.filter((file) => ofOperator.test(readFileSync(join(root, file), 'utf8'))).map(foldersOf);
  if (found.some((folder) => folder.length === 0)) return ['.'];
  const kustomizations = files.filter((file) => /(^|\/)kustomization\.ya?ml$/.test(file)).map(foldersOf);
  const folders = [...Map.groupBy(found, ([first]) => first)].map(([first, paths]) => {
    const beside = kustomizations.filter((folder) => folder[0] === first);
    return aboveTemplates(root, [...paths, ...beside].reduce(commonStart)).join('/');
  });
  // The recipe separates paths by spaces.
  return folders.filter((folder) => !/\s/.test(folder)).sort();
}

const foldersOf = (file: string): string[] => file.split('/').slice(0, -1);

function yamlBelow(root: string): string[] {
  const yaml: string[] = [];
  const visit = (folder: string, depth: number): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (entry.name.startsWith('.') || skipped.has(entry.name) || yaml.length >= filesAtMost) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && depth < deepest) visit(path, depth + 1);
      else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) yaml.push(path);
    }
  };
  visit('', 0);
  return yaml;
}

function commonStart(one: string[], other: string[]): string[] {
  const end = one.findIndex((part, index) => part !== other[index]);
  return end < 0 ? one : one.slice(0, end);
}

/** Templates are rendered by their chart, so it is the chart that is checked. */
function aboveTemplates(root: string, parts: string[]): string[] {
  const at = parts.lastIndexOf('templates');
  const chart = parts.slice(0, at);
  return at > 0 && existsSync(join(root, ...chart, 'Chart.yaml')) ? chart : parts;
}
