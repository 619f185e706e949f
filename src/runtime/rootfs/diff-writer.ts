import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import type { ReadEntry } from 'tar';
import type { EngineName } from '../../checkpoint/metadata.ts';
import { diffFailed, type RootFolder } from './root-folder.ts';
import { applyWhiteout, isWhiteout } from './whiteout.ts';

/** Writes the entries of a rootfs-diff.tar, one after the other, with modes, owners and times. */
export class DiffWriter {
  readonly #root: RootFolder;
  readonly #engine: EngineName;
  readonly #devices: boolean;
  /** What this diff has written, with its folders, for containerd's mark that hides what was in a folder before. */
  readonly #written = new Set<string>();
  /** Times of folders change with what is written into them, so they are set last. */
  readonly #folders: { path: string; mtime: Date }[] = [];

  constructor(root: RootFolder, { engine, devices }: { engine: EngineName; devices: boolean }) {
    this.#root = root;
    this.#engine = engine;
    this.#devices = devices;
  }

  /** The content of a file comes after this returned, but before the next entry does. */
  write(entry: ReadEntry): void {
    const name = nameOf(entry.path);
    if (this.#engine === 'containerd' && isWhiteout(name)) {
      applyWhiteout(this.#root, name, this.#written);
      entry.resume();
      return;
    }
    const write = WRITERS[entry.type];
    if (write === undefined) throw diffFailed(`rootfs-diff.tar`, new Error(`an entry of type ${entry.type}`));
    for (let at = name.length; at > 0; at = name.lastIndexOf('/', at - 1)) this.#written.add(name.slice(0, at));
    write.call(this, name, entry);
  }

  finish(): void {
    for (const { path, mtime } of this.#folders.reverse()) utimesSync(path, mtime, mtime);
  }

  file(name: string, entry: ReadEntry): void {
    this.#root.remove(name);
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const file = openSync(this.#root.make(name), flags, 0o600);
    entry.on('data', (chunk: Buffer) => writeAll(file, chunk));
    entry.on('end', () => {
      fchownSync(file, entry.uid ?? 0, entry.gid ?? 0);
      fchmodSync(file, modeOf(entry));
      futimesSync(file, mtimeOf(entry), mtimeOf(entry));
      closeSync(file);
    });
  }

  folder(name: string, entry: ReadEntry): void {
    entry.resume();
    const path = this.#root.make(name);
    if (path === this.#root.path) return;
    if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      this.#root.remove(name);
      mkdirSync(path);
    }
    chownSync(path, entry.uid ?? 0, entry.gid ?? 0);
    chmodSync(path, modeOf(entry));
    this.#folders.push({ path, mtime: mtimeOf(entry) });
  }

  symlink(name: string, entry: ReadEntry): void {
    entry.resume();
    this.#root.remove(name);
    const path = this.#root.make(name);
    symlinkSync(entry.linkpath ?? '', path);
    lchownSync(path, entry.uid ?? 0, entry.gid ?? 0);
    lutimesSync(path, mtimeOf(entry), mtimeOf(entry));
  }

  hardlink(name: string, entry: ReadEntry): void {
    entry.resume();
    const target = this.#root.find(nameOf(entry.linkpath ?? ''));
    if (target === undefined || target === this.#root.path) throw diffFailed('a hard link', new Error('ENOENT'));
    this.#root.remove(name);
    linkSync(target, this.#root.make(name));
  }

  /** Node.js cannot make these; mknod is part of coreutils, as sh is. */
  special(name: string, entry: ReadEntry): void {
    entry.resume();
    const kind = KINDS[entry.type];
    if (kind !== 'p' && !this.#devices) throw diffFailed(`the device ${name}`, new Error('EPERM'));
    this.#root.remove(name);
    const path = this.#root.make(name);
    const numbers = kind === 'p' ? [] : [`${entry.header.devmaj ?? 0}`, `${entry.header.devmin ?? 0}`];
    const { status, error } = spawnSync('mknod', [path, kind ?? 'p', ...numbers], { stdio: 'ignore' });
    if (status !== 0) throw diffFailed(name, error ?? new Error(`mknod ended with ${status}`));
    chownSync(path, entry.uid ?? 0, entry.gid ?? 0);
    chmodSync(path, modeOf(entry));
    lutimesSync(path, mtimeOf(entry), mtimeOf(entry));
  }
}

type Write = (this: DiffWriter, name: string, entry: ReadEntry) => void;

const { file, folder, symlink, hardlink, special } = DiffWriter.prototype;

const WRITERS: Readonly<Record<string, Write | undefined>> = {
  File: file,
  OldFile: file,
  ContiguousFile: file,
  Directory: folder,
  SymbolicLink: symlink,
  Link: hardlink,
  FIFO: special,
  CharacterDevice: special,
  BlockDevice: special,
};

const KINDS: Readonly<Record<string, string>> = { FIFO: 'p', CharacterDevice: 'c', BlockDevice: 'b' };

/** Its parts with one slash between them: without a leading slash or `./`, and a folder's last slash. */
function nameOf(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function modeOf({ mode = 0o644 }: ReadEntry): number {
  return mode & 0o7777;
}

function mtimeOf({ mtime }: ReadEntry): Date {
  return mtime ?? new Date(0);
}

function writeAll(file: number, chunk: Buffer): void {
  for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
}
