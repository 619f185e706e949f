import { randomFillSync } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { Header } from 'tar';
import { fixturePath } from '../../test/helpers/fixtures.ts';

const BLOCK = 512;
const MIB = 1024 * 1024;
const PAGES = 'checkpoint/pages-1.img';

/**
 * Writes an archive like the real fixture `crio/web`, but with `mebibytes` of memory in its first pages image: random
 * and zero runs of 64 KiB by turns, as a process that uses half of what it has allocated.
 */
export async function buildArchive(path: string, mebibytes: number): Promise<void> {
  const real = await readFile(fixturePath('crio/web'));
  const file = await open(path, 'w', 0o600);
  try {
    for (const { header, start, end } of membersOf(real)) {
      if (header.path === PAGES) await writePages(file, header, mebibytes);
      else await file.write(real.subarray(start, end));
    }
    await file.write(Buffer.alloc(2 * BLOCK));
    await file.sync();
  } finally {
    await file.close();
  }
}

function* membersOf(archive: Buffer): Generator<{ header: Header; start: number; end: number }> {
  for (let start = 0; ; ) {
    const header = new Header(archive, start);
    if (header.nullBlock) return;
    const end = start + BLOCK + Math.ceil((header.size ?? 0) / BLOCK) * BLOCK;
    yield { header, start, end };
    start = end;
  }
}

async function writePages(file: Awaited<ReturnType<typeof open>>, header: Header, mebibytes: number): Promise<void> {
  const block = Buffer.alloc(BLOCK);
  header.size = mebibytes * MIB;
  header.encode(block, 0);
  await file.write(block);
  const chunk = Buffer.alloc(MIB);
  for (let written = 0; written < mebibytes; written++) {
    for (let at = 0; at < MIB; at += 128 * 1024) randomFillSync(chunk, at, 64 * 1024);
    await file.write(chunk);
  }
}
