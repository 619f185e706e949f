import type { Warning } from '../../errors.ts';
import { isZero } from './header.ts';
import type { ArchiveLimits } from './limits.ts';
import type { Source } from './source.ts';

/**
 * What stands behind the end mark of a plain archive: padding up to a whole tar record is zeros, and no news. More than
 * `limits.padding` bytes are stale by their number alone; engines that write over an older archive leave its rest there.
 */
export async function trailingWarnings(source: Source, end: number, limits: ArchiveLimits): Promise<Warning[]> {
  const bytes = source.size - end;
  if (bytes <= 0) return [];
  if (bytes <= limits.padding && isZero(await source.read(end, bytes))) return [];
  return [trailingData(source.path, end, bytes)];
}

/** The warning itself. */
export function trailingData(path: string, end: number, bytes: number): Warning {
  return {
    code: 'TRAILING_DATA',
    message: `${bytes} bytes stand behind the end mark of ${path} at byte ${end}; they are not part of it and are not pushed`,
    facts: { path, end, bytes },
  };
}
