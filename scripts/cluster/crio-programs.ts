import { constants, existsSync, realpathSync } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { BuildError } from './step.ts';

/**
 * Copies into a folder what a node over that root needs of this crio: the program, the `pinns` that belongs to it, in
 * `lib` the libraries that it was linked against and the root has not got, and `crictl` where this machine has one.
 * Throws BuildError.
 */
export async function gatherCrio(crio: string, root: string, folder: string): Promise<void> {
  const lib = join(folder, 'lib');
  await mkdir(lib, { recursive: true });
  await copy(crio, join(folder, 'crio'));
  await copy(pinnsOf(crio), join(folder, 'pinns'));
  const crictl = companionOf(crio, 'crictl', process.env['PATH']);
  if (crictl !== undefined) await copy(crictl, join(folder, 'crictl'));
  const there = await libraryNames(root);
  const lacking = librariesOf(await ldd(crio)).filter(({ name }) => !there.has(name));
  for (const { name, path } of lacking) {
    if (path === undefined) throw new BuildError(`${crio} wants ${name}, which this machine has not got either`);
    await copy(path, join(lib, name));
  }
}

/** The pinns that came with a crio. Throws BuildError when it is not there, or the crio itself. */
export function pinnsOf(crio: string, path = process.env['PATH']): string {
  if (!existsSync(crio)) throw new BuildError(`there is no program ${crio}: THAW_CRIO names the crio to run`);
  const pinns = companionOf(crio, 'pinns', path);
  if (pinns !== undefined) return pinns;
  throw new BuildError(`CRI-O does not start without its pinns, and there is none beside ${crio} nor on PATH`);
}

/** A program that came with a crio: beside it or near it, as packages, bundles and its own build put it, or on PATH. */
function companionOf(crio: string, name: string, path = ''): string | undefined {
  const beside = [crio, realpathSync(crio)].map((file) => dirname(file));
  const near = beside.flatMap((folder) => ['../libexec/crio', '../bin', '..'].map((way) => join(folder, way)));
  const folders = [...beside, ...near, ...path.split(':')];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** A shared library that a program wants, and where this machine has it. */
export interface Library {
  readonly name: string;
  readonly path: string | undefined;
}

/** The libraries in what ldd(1) prints; a static program has none. The loader and the kernel's vDSO are none of them. */
export function librariesOf(printed: string): Library[] {
  return [...printed.matchAll(/^\s+(\S+) => (?:(\/\S+) \(0x|not found)/gm)].map(([, name = '', path]) => ({
    name,
    path,
  }));
}

async function ldd(program: string): Promise<string> {
  // It ends with 1 for a static program.
  const { stdout } = await execa('ldd', [program], { reject: false, env: { LC_ALL: 'C' } });
  return stdout;
}

/** The files in a root's library folders, of whatever architecture it is. */
async function libraryNames(root: string): Promise<Set<string>> {
  const lib = join(root, 'usr/lib');
  const folders = (await readdir(lib)).filter((name) => name.includes('-linux-gnu')).map((name) => join(lib, name));
  const names = await Promise.all([lib, ...folders].map((folder) => readdir(folder)));
  return new Set(names.flat().map((name) => basename(name)));
}

async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
}
