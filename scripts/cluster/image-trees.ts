import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { create } from 'tar';
import { BuildError } from './step.ts';

const PYTHON_COUNTER = fileURLToPath(new URL('python/counter.py', import.meta.url));

/** Folders that a container's mounts and the workload want. */
const FOLDERS = ['data', 'dev', 'etc', 'proc', 'sys', 'tmp'];

/** Packs a tree that `fill` lays out in an empty folder: the same tree gives the same bytes. Owner root, time 0. */
export async function packTree(fill: (folder: string) => Promise<void>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'thaw-image-'));
  try {
    await fill(folder);
    // With types, the links to folders are not followed.
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const names = entries.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
    return await create({ cwd: folder, portable: true, noDirRecurse: true, mtime: new Date(0) }, names).concat();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The workload program, and the files that it changes and deletes. */
export async function layOutCounter(folder: string, program: string): Promise<void> {
  for (const name of [...FOLDERS, 'bin', 'srv/folder']) await mkdir(join(folder, name), { recursive: true });
  await copyFile(program, join(folder, 'bin/counter'));
  for (const name of ['kept', 'changed', 'deleted', 'folder/inside'])
    await writeFile(join(folder, 'srv', name), 'as it is in the image\n', { mode: 0o644 });
}

/** Debian's python3 with the part of its library that python3-minimal has, out of a Debian root; and the program for it. */
export async function layOutPython(folder: string, debian: string): Promise<void> {
  // The cache may be behind a link.
  const root = await realpath(debian);
  for (const name of [...FOLDERS, 'usr/bin', 'usr/local/bin']) await mkdir(join(folder, name), { recursive: true });
  const interpreter = relative(root, await realpath(join(root, 'usr/bin/python3')));
  const version = interpreter.replace(/.*python/, '');
  const files = [interpreter, ...(await librariesOf(root, interpreter)), ...(await libraryOf(root, version))];
  // Python complains where it is not there.
  await mkdir(join(folder, `usr/lib/python${version}/lib-dynload`), { recursive: true });
  for (const link of ['bin', 'lib', 'lib64', 'usr/bin/python3']) await copy(root, folder, link);
  for (const file of files) await copy(root, folder, file);
  await copyFile(PYTHON_COUNTER, join(folder, 'usr/local/bin/counter.py'));
}

/** The shared libraries of a program and its loader: as they are called, and as they are. */
async function librariesOf(root: string, program: string): Promise<string[]> {
  const { stdout } = await execa('chroot', [root, 'ldd', `/${program}`]);
  const called = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  const real = called.map(async (path) => {
    // Below usr/, so that no link of the root's top is followed on this host.
    const name = join('usr', path);
    return [name, relative(root, await realpath(join(root, name)))];
  });
  return [...new Set((await Promise.all(real)).flat())];
}

/** Python's own modules, as their package lists them; those in C want libraries that are not there. */
async function libraryOf(root: string, version: string): Promise<string[]> {
  const info = join(root, 'var/lib/dpkg/info');
  const isList = (name: string) => name.startsWith(`libpython${version}-minimal`) && name.endsWith('.list');
  const list = (await readdir(info)).find(isList);
  if (list === undefined) throw new BuildError(`${root} has no package libpython${version}-minimal`);
  const lines = (await readFile(join(info, list), 'utf8')).split('\n');
  return lines.filter((line) => line.startsWith(`/usr/lib/python${version}/`) && line.endsWith('.py'));
}

async function copy(root: string, folder: string, name: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await cp(join(root, name), join(folder, name), { verbatimSymlinks: true });
}
