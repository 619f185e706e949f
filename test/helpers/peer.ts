import test, { type ExecutionContext } from 'ava';
import { which } from './which.ts';

/** How a person gets each outside program on Debian. */
const INSTALL: Readonly<Record<string, string>> = {
  skopeo: 'apt-get install skopeo',
  buildah: 'apt-get install buildah',
  podman: 'apt-get install podman',
  'docker-registry': 'apt-get install docker-registry',
  distribution: 'scripts/peers/distribution',
  kustomize: 'scripts/peers/kustomize',
  htpasswd: 'apt-get install apache2-utils',
  openssl: 'apt-get install openssl',
  strace: 'apt-get install strace',
  kubectl: 'apt-get install kubernetes-client',
  go: 'see https://go.dev/dl/',
  python3: 'apt-get install python3',
  zstd: 'apt-get install zstd',
  debootstrap: 'apt-get install debootstrap',
};

/** What a test needs from outside: a program on PATH, or something else that is there or not. */
export type Peer = string | { readonly name: string; readonly isThere: boolean; readonly install: string };

/** The right to do everything on this machine. */
export const ROOT: Peer = { name: 'root', isThere: process.getuid?.() === 0, install: 'run it with sudo' };

/**
 * A test that needs outside programs. Where one is missing it is skipped by name, with the command that installs it in
 * the title; with THAW_REQUIRE_PEERS=1 it fails instead. `register` may be `test.serial`.
 */
export function peerTest(
  peers: readonly Peer[],
  title: string,
  implementation: (t: ExecutionContext) => Promise<void> | void,
  register: (title: string, implementation: (t: ExecutionContext) => Promise<void> | void) => void = test,
): void {
  const missing = peers.filter((peer) => (typeof peer === 'string' ? which(peer) === undefined : !peer.isThere));
  if (missing.length === 0) {
    register(title, implementation);
    return;
  }
  const hint = missing.map(hintOf).join('; ');
  if (process.env['THAW_REQUIRE_PEERS'] === '1') test(title, (t) => t.fail(hint));
  else test.skip(`${title} (${hint})`, implementation);
}

function hintOf(peer: Peer): string {
  if (typeof peer !== 'string') return `${peer.name} is missing: ${peer.install}`;
  return `${peer} is missing: ${INSTALL[peer] ?? `install ${peer}`}`;
}
