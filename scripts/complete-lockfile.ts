import { readFile, writeFile } from 'node:fs/promises';

// npm ci refuses a lockfile that does not name every optional dependency, and npm install leaves out those that the
// registry at hand does not have: the linter's packages for other platforms, behind some company mirrors. This writes
// them back, by name and version. Run it after npm install: node scripts/complete-lockfile.ts
const LOCKFILE = new URL('../package-lock.json', import.meta.url);

interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lockfile {
  packages: Record<string, LockedPackage>;
}

/** The optional dependencies that some package of the lockfile names and that it does not hold. */
export async function missingFromLockfile(): Promise<[name: string, version: string][]> {
  return missing(await readLockfile());
}

async function readLockfile(): Promise<Lockfile> {
  return JSON.parse(await readFile(LOCKFILE, 'utf8'));
}

function missing({ packages }: Lockfile): [name: string, version: string][] {
  return Object.values(packages)
    .flatMap(({ optionalDependencies = {} }) => Object.entries(optionalDependencies))
    .filter(([name]) => packages[`node_modules/${name}`] === undefined);
}

/** What npm itself writes of such a package, but for the checksum, which only its registry knows. */
function entry(name: string, version: string): [string, LockedPackage & Record<string, unknown>] {
  const [, os, cpu, libc] = /-(android|darwin|linux|win32)-(arm64|x64)(?:-(musl))?$/.exec(name) ?? [];
  if (os === undefined || cpu === undefined) throw new Error(`${name} is for no platform that this script knows`);
  const place = { cpu: [cpu], ...(libc ? { libc: [libc] } : {}), os: [os] };
  return [`node_modules/${name}`, { version, dev: true, optional: true, ...place }];
}

if (import.meta.main) {
  const lockfile = await readLockfile();
  const added = missing(lockfile).map(([name, version]) => entry(name, version));
  const all = [...Object.entries(lockfile.packages), ...added].sort(([a], [b]) => (a < b ? -1 : 1));
  lockfile.packages = Object.fromEntries(all);
  await writeFile(LOCKFILE, `${JSON.stringify(lockfile, null, 2)}\n`);
  console.log(`added ${added.length}: ${added.map(([name]) => name).join(', ')}`);
}
