import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';

/** How a person gets each outside program on Debian. */
const INSTALL: Readonly<Record<string, string>> = {
  skopeo: 'apt-get install skopeo',
  buildah: 'apt-get install buildah',
  podman: 'apt-get install podman',
  'docker-registry': 'apt-get install docker-registry',
  htpasswd: 'apt-get install apache2-utils',
  openssl: 'apt-get install openssl',
  strace: 'apt-get install strace',
  kubectl: 'apt-get install kubernetes-client',
};

/** Where a program is on PATH; undefined when it is not there. */
export function which(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

/**
 * A test that needs outside programs. Where one is missing it is skipped by name, with the command that installs it in
 * the title; with THAW_REQUIRE_PEERS=1 it fails instead. `register` may be `test.serial`.
 */
export function peerTest(
  peers: readonly string[],
  title: string,
  implementation: (t: ExecutionContext) => Promise<void> | void,
  register: (title: string, implementation: (t: ExecutionContext) => Promise<void> | void) => void = test,
): void {
  const missing = peers.filter((peer) => which(peer) === undefined);
  if (missing.length === 0) {
    register(title, implementation);
    return;
  }
  const hint = missing.map((peer) => `${peer} is missing: ${INSTALL[peer] ?? `install ${peer}`}`).join('; ');
  if (process.env['THAW_REQUIRE_PEERS'] === '1') test(title, (t) => t.fail(hint));
  else test.skip(`${title} (${hint})`, implementation);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
