import { join } from 'node:path';
import type { PlannedFile } from '../files/plan.ts';
import { HEAD } from '../toml.ts';
import { REGISTRY_NAME, type RegistryPlace } from './place.ts';

/** Everybody may read what a registry is called and who signed its certificate. */
const MODE = 0o644;

/**
 * What makes containerd find the registry, below its folder of registries: read anew at each pull.
 * https://github.com/containerd/containerd/blob/main/docs/hosts.md
 */
export function containerdRegistryFiles({ url, ca }: RegistryPlace, registries: string): PlannedFile[] {
  const folder = join(registries, REGISTRY_NAME);
  const authority = join(folder, 'ca.crt');
  const lines = [
    `server = ${JSON.stringify(url)}`,
    '',
    `[host.${JSON.stringify(url)}]`,
    '  capabilities = ["pull", "resolve"]',
    ...(ca === undefined ? [] : [`  ca = ${JSON.stringify(authority)}`]),
  ];
  const hosts = { path: join(folder, 'hosts.toml'), content: `${HEAD}${lines.join('\n')}\n`, mode: MODE };
  return ca === undefined ? [hosts] : [{ path: authority, content: ca, mode: MODE }, hosts];
}

/**
 * What makes CRI-O find the registry: read again when it is told to reload. containers-registries.conf.d(5);
 * the authority stands where containers-certs.d(5) has it, under the registry's own address.
 */
export function crioRegistryFiles({ host, ca, plainHttp }: RegistryPlace): PlannedFile[] {
  const lines = [
    '[[registry]]',
    `prefix = "${REGISTRY_NAME}"`,
    `location = ${JSON.stringify(host)}`,
    ...(plainHttp ? ['insecure = true'] : []),
  ];
  const registries = {
    path: '/etc/containers/registries.conf.d/50-thaw.conf',
    content: `${HEAD}${lines.join('\n')}\n`,
    mode: MODE,
  };
  return ca === undefined
    ? [registries]
    : [{ path: join('/etc/containers/certs.d', host, 'ca.crt'), content: ca, mode: MODE }, registries];
}
