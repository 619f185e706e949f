import { createHash } from 'node:crypto';
import { isTag } from '../oci/reference.ts';

/** What ends the name of an archive, longest first. Written in lower case, as every engine does. */
const ENDING = /\.(?:tar\.zstd|tar\.zst|tar\.gz|tzst|tgz|tar)$/;
const DIGITS = 16;
const LONGEST = 128;
const HASHED = new RegExp(`-[0-9a-f]{${DIGITS}}$`);

/**
 * The tag of an archive: its file name (`x.tar` of `shared://x.tar`, without folders) without its ending. A name that is
 * a legal tag and does not end in `-` and 16 lower-case hex digits stays as it is. Every other one has its illegal
 * characters replaced by `_`, is cut to fit, and gets `-` and 16 hex digits of the SHA-256 of the name, so that two
 * names never meet. `x.tar` and `x.tar.gz` are one name, since an archive stays the same checkpoint when it is
 * compressed; should they differ after all, the second conversion ends in TAG_TAKEN.
 */
export function tagFor(fileName: string): string {
  const name = fileName.replace(ENDING, '');
  if (isTag(name) && !HASHED.test(name)) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, DIGITS);
  return `${legal(name).slice(0, LONGEST - DIGITS - 1)}-${hash}`;
}

function legal(name: string): string {
  return name.replace(/[^\w.-]/gu, '_').replace(/^(?:[.-]|$)/, '_');
}
