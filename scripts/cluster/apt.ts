import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { BuildError } from './step.ts';

/** What this host's apt is set up with, so that a Debian root is made from the same place in the same way. */
export interface AptSettings {
  /** The URL of a Debian mirror: the part in front of `dists/`, with a slash at its end. */
  readonly mirror: string;
  /** Arguments for apt-get: how the host fetches, such as a proxy or a mirror that is frozen in time. */
  readonly options: readonly string[];
  /** Variables that debootstrap fetches by. */
  readonly env: Readonly<Record<string, string>>;
}

/** Reads apt's settings on this host; fetches nothing. Throws BuildError when apt knows no Debian mirror. */
export async function aptSettings(): Promise<AptSettings> {
  const [uris, configuration] = await Promise.all([
    execa('apt-get', ['update', '--print-uris']),
    execa('apt-config', ['dump', 'Acquire', '--format', '%f %v%n']),
  ]);
  return { mirror: await resolved(mirrorOf(uris.stdout)), ...fetchSettings(configuration.stdout) };
}

const DEBIAN_SUITES =
  /^'(?<mirror>[^']+\/)dists\/(?:oldoldstable|oldstable|stable|testing|unstable|bullseye|bookworm|trixie|forky|duke|sid)\/InRelease'/;

/** The Debian mirror in what `apt-get update --print-uris` says; it lists `'<mirror>/dists/<suite>/InRelease' ...`. */
export function mirrorOf(uris: string): string {
  for (const line of uris.split('\n')) {
    const mirror = DEBIAN_SUITES.exec(line)?.groups?.['mirror'];
    if (mirror !== undefined) return mirror;
  }
  throw new BuildError(
    "this machine's apt has no source with a suite of Debian: add a mirror to /etc/apt/sources.list",
  );
}

/** How the host fetches, from the lines `<key> <value>` of `apt-config dump Acquire`. */
export function fetchSettings(dump: string): Pick<AptSettings, 'options' | 'env'> {
  const options: string[] = [];
  const env: Record<string, string> = {};
  for (const line of dump.split('\n')) {
    const [, key = '', value = ''] = /^(Acquire::\S+) (.+)$/.exec(line) ?? [];
    if (!/^Acquire::(Check-Valid-Until|Check-Date|Retries|https?::Proxy)$/i.test(key)) continue;
    options.push('-o', `${key}=${value}`);
    const proxy = /^Acquire::(https?)::Proxy$/i.exec(key)?.[1];
    if (proxy !== undefined) env[`${proxy.toLowerCase()}_proxy`] = value;
  }
  return { options, env };
}

/** `mirror+file:<list>`, as Debian's cloud images have it, names a file with a mirror on each line. */
async function resolved(mirror: string): Promise<string> {
  const list = /^mirror\+file:(?:\/\/)?(?<path>\/.*)\/$/.exec(mirror)?.groups?.['path'];
  if (list === undefined) return mirror;
  const [first = ''] = (await readFile(list, 'utf8')).split(/\s/);
  return first.endsWith('/') ? first : `${first}/`;
}
