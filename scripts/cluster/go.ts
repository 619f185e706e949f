import { execa } from 'execa';

/**
 * Runs `go build` in a module's folder. Without cgo, so that a program built here runs in the nodes' Debian whatever this
 * host's C library is. In the background's priority: who builds may work on. Throws ExecaError.
 */
export async function goBuild(folder: string, args: readonly string[]): Promise<void> {
  await execa('nice', ['-n', '10', 'go', 'build', ...args], {
    cwd: folder,
    all: true,
    env: { CGO_ENABLED: '0', GOWORK: 'off' },
  });
}

/** The Go of this machine. */
export interface Go {
  /** Such as `1.26.8`. */
  readonly version: string;
  /** Whether it fetches a newer Go by itself where a go.mod wants one. */
  readonly fetches: boolean;
}

/** The Go on PATH; undefined when there is none. */
export async function goOf(): Promise<Go | undefined> {
  // Outside any module, whose go.mod could bring another Go in.
  const { failed, stdout } = await execa('go', ['env', 'GOVERSION', 'GOTOOLCHAIN'], { cwd: '/', reject: false });
  if (failed) return undefined;
  const [version = '', toolchain = ''] = stdout.split('\n');
  return { version: version.replace(/^go/, ''), fetches: fetchesToolchains(version, toolchain) };
}

/** Go fetches other Gos from 1.21 on, where GOTOOLCHAIN lets it (go.dev/doc/toolchain). */
function fetchesToolchains(version: string, toolchain: string): boolean {
  return isAtLeast(version.replace(/^go/, ''), '1.21') && /(^|\+)auto$/.test(toolchain);
}

/** Whether a version of Go is another one or newer; `1.26rc1` counts as 1.26. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [found, needed] = [numbers(version), numbers(wanted)];
  const differs = needed.findIndex((number, at) => number !== (found[at] ?? 0));
  return differs === -1 || (found[differs] ?? 0) > (needed[differs] ?? 0);
}

function numbers(version: string): number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10) || 0);
}
