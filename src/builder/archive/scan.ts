import { BLOCK } from './header.ts';
import type { ArchiveLimits } from './limits.ts';
import { compressionByMagic, MAGIC_LENGTH } from './magic.ts';
import { scanPacked } from './packed.ts';
import { fault } from './place.ts';
import { type Scanned, scanPlain } from './plain.ts';
import type { Source } from './source.ts';

/** Scans an opened file as what its first bytes say it is. Codes as openArchive, less those that have to do with a writer. */
export async function scanSource(source: Source, limits: ArchiveLimits, signal?: AbortSignal): Promise<Scanned> {
  if (source.size === 0) throw empty(source.path);
  const compression = compressionByMagic(await source.read(0, MAGIC_LENGTH));
  if (compression !== 'none') return scanPacked({ source, compression, limits }, signal);
  if (source.size < BLOCK) throw tooShort(source);
  return scanPlain(source, limits, signal);
}

function tooShort({ path, size }: Source): Error {
  return fault(
    'ARCHIVE_NOT_TAR',
    { path },
    {
      message: `${path} is no tar archive: it has ${size} bytes, and one tar header has ${BLOCK}`,
      next: 'give a checkpoint archive as CRI-O, containerd or Podman writes it',
      facts: { size },
    },
  );
}

function empty(path: string): Error {
  return fault(
    'ARCHIVE_EMPTY',
    { path },
    {
      message: `${path} holds no bytes`,
      next: 'take the checkpoint again: the engine made the file, but wrote nothing to it',
      facts: {},
    },
  );
}
