import { chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** The mark that Node.js's own program looks for, from its documentation of single executable applications. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** The parts of the executable: what runs first, and the files that it carries by name. */
export interface Parts {
  readonly main: string;
  readonly assets: Readonly<Record<string, string | Uint8Array>>;
}

/**
 * Puts the parts into a copy of the running Node.js, and the result at `output` in one step. The program's symbols are
 * left out where binutils is there: a seventh of its size.
 */
export async function assemble(parts: Parts, output: string): Promise<void> {
  await mkdir(dirname(output), { recursive: true });
  const folder = await mkdtemp(join(dirname(output), '.thaw-'));
  try {
    const program = join(folder, 'thaw');
    await copyFile(process.execPath, program);
    await chmod(program, 0o755);
    await execa({ reject: false })`strip ${program}`;
    const blob = await makeBlob(parts, folder);
    // What it writes to stderr are warnings about the note sections that strip and it itself have touched.
    await execa({ preferLocal: true })`postject ${program} NODE_SEA_BLOB ${blob} --sentinel-fuse ${FUSE}`;
    await rename(program, output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeBlob({ main, assets }: Parts, folder: string): Promise<string> {
  const put = async (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const blob = join(folder, 'blob');
  const config = {
    main: await put('main.js', main),
    output: blob,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    // An executable that runtimes start as root takes no orders from NODE_OPTIONS.
    execArgvExtension: 'none',
    assets: Object.fromEntries(
      await Promise.all(Object.entries(assets).map(async ([name, content]) => [name, await put(name, content)])),
    ),
  };
  await execa(process.execPath, ['--experimental-sea-config', await put('sea.json', JSON.stringify(config))]);
  return blob;
}
