import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type AptSettings, aptSettings } from './apt.ts';
import { withLock } from './lock.ts';
import { type Report, step } from './step.ts';

/** What a Debian root is made of. */
export interface RootContents {
  /** What the root is for; part of its folder's name. */
  readonly name: string;
  /** Packages of Debian 13 (trixie). */
  readonly packages: readonly string[];
  /** Packages that must be newer than those of Debian 13: they come from forky, with what they need. */
  readonly newer: readonly string[];
}

/** A root to be made, and where. */
export interface RootOptions extends RootContents {
  readonly cache: string;
  readonly report: Report;
}

/** The root of the bed's nodes. CRIU before 4.2 cannot dump an inet socket on Linux 6.16 and later. */
export const NODE_ROOT: RootContents = {
  name: 'node',
  packages: ['ca-certificates', 'conmon', 'containernetworking-plugins', 'iproute2', 'procps', 'python3-minimal'],
  newer: ['criu', 'runc'],
};

const SUITE = 'trixie';
const NEWER_SUITE = 'forky';

/**
 * A folder that holds the root of a Debian 13 with these packages, made now unless it is there. It has no apt lists, no
 * resolv.conf and no host name, and nobody may write to it: it is the lower folder of an overlay. Wants root; takes half
 * a minute and 300 MB. Throws BuildError; then nothing is left mounted or running.
 */
export async function debianRoot({ cache, report, ...contents }: RootOptions): Promise<string> {
  const root = rootFolder(cache, contents);
  if (await isFolder(root)) return root;
  await withLock(join(cache, 'debian', `.${contents.name}.lock`), async () => {
    if (await isFolder(root)) return;
    await removeHalves(cache, contents.name);
    const half = await mkdtemp(join(cache, 'debian', halfPrefix(contents.name)));
    try {
      await chmod(half, 0o755);
      await build(half, contents, report);
      await rename(half, root);
    } finally {
      await rm(half, { recursive: true, force: true });
    }
  });
  return root;
}

/** Where the root of these contents is, or will be: other contents, or another way to make it, are another folder. */
export function rootFolder(cache: string, { name, packages, newer }: RootContents): string {
  const madeOf = { recipe: 1, arch: process.arch, suite: SUITE, packages: [...packages].sort() };
  const text = JSON.stringify({ ...madeOf, newerSuite: NEWER_SUITE, newer: [...newer].sort() });
  const key = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return join(cache, 'debian', `${name}-${key}`);
}

async function build(root: string, { name, packages, newer }: RootContents, report: Report): Promise<void> {
  const apt = await aptSettings();
  await step(report, `${name} root: Debian 13`, () =>
    contained(['debootstrap', '--variant=minbase', SUITE, root, apt.mirror], apt),
  );
  const sources = [SUITE, NEWER_SUITE].map((suite) => `deb ${apt.mirror} ${suite} main\n`).join('');
  await writeFile(join(root, 'etc/apt/sources.list'), sources);
  await step(report, `${name} root: lists of ${SUITE} and ${NEWER_SUITE}`, () => aptGet(root, apt, ['update']));
  await install(root, apt, { suite: SUITE, packages, name, report });
  await install(root, apt, { suite: NEWER_SUITE, packages: newer, name, report });
  await tidy(root);
}

interface Installation {
  readonly suite: string;
  readonly packages: readonly string[];
  readonly name: string;
  readonly report: Report;
}

async function install(root: string, apt: AptSettings, { suite, packages, name, report }: Installation): Promise<void> {
  if (packages.length === 0) return;
  const args = ['install', '-y', '-q', '--no-install-recommends', '-t', suite, ...packages];
  await step(report, `${name} root: ${packages.join(', ')} from ${suite}`, () => aptGet(root, apt, args));
}

async function aptGet(root: string, apt: AptSettings, args: readonly string[]): Promise<void> {
  // Packages' scripts want a /proc; it is gone with the mount namespace.
  const chroot = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';
  const unsynced = ['-o', 'Dpkg::Options::=--force-unsafe-io'];
  await contained(['sh', '-c', chroot, root, 'apt-get', ...apt.options, ...unsynced, ...args], apt);
}

/**
 * Runs a program in mount and pid namespaces of its own that end with it, and it with this process: whatever it mounted
 * or left running is gone then.
 */
async function contained(command: readonly string[], { env }: AptSettings): Promise<void> {
  const wrapped = ['-n', '10', 'setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--kill-child', '--'];
  await execa('nice', [...wrapped, ...command], {
    all: true,
    stdin: 'ignore',
    env: {
      ...env,
      ...process.env,
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      TMPDIR: '/tmp',
      LC_ALL: 'C',
      DEBIAN_FRONTEND: 'noninteractive',
    },
  });
}

/** Removes what only apt needs, and what debootstrap copied from this host. */
async function tidy(root: string): Promise<void> {
  for (const folder of ['var/lib/apt/lists', 'var/cache/apt', 'var/log']) {
    await rm(join(root, folder), { recursive: true, force: true });
    await mkdir(join(root, folder));
  }
  await truncate(join(root, 'etc/resolv.conf'));
  await rm(join(root, 'etc/hostname'), { force: true });
  await rm(join(root, 'etc/apt/sources.list'), { force: true });
}

function halfPrefix(name: string): string {
  return `.${name}.half-`;
}

/** Removes what builders that were killed have left; the caller holds the lock. */
async function removeHalves(cache: string, name: string): Promise<void> {
  for (const entry of await readdir(join(cache, 'debian')))
    if (entry.startsWith(halfPrefix(name))) await rm(join(cache, 'debian', entry), { recursive: true, force: true });
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
