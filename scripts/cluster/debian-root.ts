import { createHash } from 'node:crypto';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type AptSettings, aptSettings } from './apt.ts';
import { madeOnce } from './made-once.ts';
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
  return madeOnce(rootFolder(cache, contents), (half) => build(half, contents, report));
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
