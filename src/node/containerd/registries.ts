import { ThawError } from '../../errors.ts';
import { type TomlTable, tableAt, textAt } from '../toml.ts';

/** Where containerd looks for the configuration of registries. */
export interface RegistryFolder {
  readonly folder: string;
  /** Whether containerd is told of it already. */
  readonly isSet: boolean;
}

const USUAL = '/etc/containerd/certs.d';
/** How registries were configured before there were folders; containerd refuses to start with both. */
const OLD_WAYS = ['mirrors', 'configs', 'auths'];

/** The folder in force, else the usual one. Throws NODE_REGISTRY_CLASH where registries are configured in the old way. */
export function registryFolder(dump: TomlTable): RegistryFolder {
  const registry = tableAt(dump, 'plugins', 'io.containerd.cri.v1.images', 'registry');
  const [folder] = textAt(registry, 'config_path').split(':').filter(Boolean);
  if (folder !== undefined) return { folder, isSet: true };
  const old = OLD_WAYS.filter((way) => Object.keys(tableAt(registry, way)).length > 0);
  if (old.length === 0) return { folder: USUAL, isSet: false };
  throw new ThawError('NODE_REGISTRY_CLASH', {
    message: `containerd's registries are configured by ${old.join(' and ')}, which it does not allow beside config_path`,
    next: `move them to hosts.toml files below ${USUAL} and set config_path to it, or add checkpoint-registry.local to them by hand and leave out --registry`,
    facts: { ways: old },
  });
}
