import { isDeepStrictEqual } from 'node:util';
import { parseToml } from '../toml.ts';
import { importLine, importsOf } from './imports.ts';

/**
 * The main file with the usual folder among its imports, and not a byte of it changed otherwise; undefined where that
 * cannot be done, because its imports are written in a way that is not understood.
 */
export function addImport(text: string, file: string): string | undefined {
  const before = importsOf(text, file);
  const hasImports = 'imports' in parseToml(text, file);
  const added = hasImports ? replaceImports(text, importLine(before)) : insertLine(text, importLine());
  return added !== undefined && isOnlyImportAdded(text, added, file) ? added : undefined;
}

/** Keys of the whole file stand before its first table; the line goes behind its version, or in front of all. */
function insertLine(text: string, line: string): string {
  const version = /^[ \t]*version[ \t]*=.*$/m.exec(headOf(text));
  const at = version === null ? 0 : version.index + version[0].length;
  return version === null ? `${line}\n${text}` : `${text.slice(0, at)}\n${line}${text.slice(at)}`;
}

function replaceImports(text: string, line: string): string | undefined {
  const head = headOf(text);
  const imports = /^[ \t]*imports[ \t]*=[ \t]*\[[^\]]*\]/m;
  return imports.test(head) ? head.replace(imports, () => line) + text.slice(head.length) : undefined;
}

/** What stands before the first table; a list that looks like one is found out when the result is compared. */
function headOf(text: string): string {
  const table = /^[ \t]*\[/m.exec(text);
  return table === null ? text : text.slice(0, table.index);
}

function isOnlyImportAdded(before: string, after: string, file: string): boolean {
  try {
    const { imports: _, ...rest } = parseToml(before, file);
    const { imports, ...others } = parseToml(after, file);
    const wanted = parseToml(importLine(importsOf(before, file)), file)['imports'];
    return isDeepStrictEqual(rest, others) && isDeepStrictEqual(imports, wanted);
  } catch {
    return false;
  }
}
