import { dumpInvalid } from './dumps/json.ts';
import type { SpecDump } from './dumps/spec-dump.ts';
import type { EngineName } from './metadata.ts';

/** `io.container.manager` in spec.dump, as CRI-O and Podman write it. */
const MANAGERS: Readonly<Record<string, EngineName>> = { 'cri-o': 'cri-o', libpod: 'podman' };
/** containerd writes no manager; its CRI plugin's annotations begin with this (CRI-O's with `io.kubernetes.cri-o.`). */
const CONTAINERD = 'io.kubernetes.cri.';

/**
 * Which engine made a checkpoint. None of them records its own version in an archive. Throws DUMP_INVALID when spec.dump
 * carries the annotations of none of the three.
 */
export function engineOf({ annotations = {} }: SpecDump): EngineName {
  const manager = annotations['io.container.manager'];
  if (manager !== undefined && Object.hasOwn(MANAGERS, manager)) return MANAGERS[manager] as EngineName;
  if (Object.keys(annotations).some((key) => key.startsWith(CONTAINERD))) return 'containerd';
  throw dumpInvalid('spec.dump', '/annotations', 'no annotation tells that CRI-O, containerd or Podman made it');
}
