/**
 * The folders of a read-only overlay mount, uppermost first; none where it can be written to. In `lowerdir` they are
 * separated by colons, a colon or backslash in a name has a backslash before it, and layers behind `::` hold data only
 * (Linux, Documentation/filesystems/overlayfs.rst).
 */
export function lowerFolders(options: readonly string[]): string[] {
  if (options.some((option) => option.startsWith('upperdir='))) return [];
  const lower = options.findLast((option) => option.startsWith('lowerdir='))?.slice('lowerdir='.length) ?? '';
  const folders = lower.match(/(?:\\[\s\S]|[^:\\])+/g) ?? [];
  const unescaped = folders.map((folder) => folder.replace(/\\([\s\S])/g, '$1'));
  return unescaped.every((folder) => folder.startsWith('/')) ? unescaped : [];
}
