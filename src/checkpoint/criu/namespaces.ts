import { onlyBytesField, uintField } from './field.ts';
import { firstEntry, type ImageEntry } from './image.ts';
import { imageInvalid } from './invalid.ts';

/** `task_kobj_ids_entry`, images/core.proto: fields of the namespaces, by their names in a config.json. */
const FIELDS = { pid: 5, network: 6, ipc: 7, uts: 8, mount: 9, user: 10, cgroup: 11 } as const;

export type NamespaceKind = keyof typeof FIELDS;

/** CRIU's own numbers of a process's namespaces: two processes with one number share that namespace. */
export type NamespaceIds = Readonly<Record<NamespaceKind, number | undefined>>;

/** `inventory_entry.root_ids`, images/inventory.proto. */
const ROOT_IDS = 3;
/** `core_entry.ids`, where CRIUs before 1.0 had them. */
const CORE_IDS = 4;

/** The namespaces of a process from its ids-<pid>.img. Throws CRIU_IMAGE_INVALID. */
export function readNamespaces(image: string, bytes: Uint8Array): NamespaceIds {
  return idsIn(image, bytes, firstEntry(image, bytes, 'ids'));
}

/**
 * The namespaces that CRIU itself was in when it froze, from inventory.img: a process that has one of these stays in the
 * namespace that CRIU is in when it restores (criu/pstree.c, prepare_pstree_kobj_ids). Throws CRIU_IMAGE_INVALID.
 */
export function readOutsideNamespaces(image: string, bytes: Uint8Array): NamespaceIds {
  const inventory = firstEntry(image, bytes, 'inventory');
  const ids = onlyBytesField(image, bytes, inventory, ROOT_IDS);
  if (ids === undefined) throw imageInvalid(image, inventory.start, 'it does not tell the namespaces outside');
  return idsIn(image, bytes, ids);
}

/** Whether a core-<tid>.img has namespaces too, where no CRIU of today writes them. Throws CRIU_IMAGE_INVALID. */
export function hasOldNamespaces(image: string, bytes: Uint8Array): boolean {
  return onlyBytesField(image, bytes, firstEntry(image, bytes, 'core'), CORE_IDS) !== undefined;
}

function idsIn(image: string, bytes: Uint8Array, entry: ImageEntry): NamespaceIds {
  const ids = Object.entries(FIELDS).map(([kind, field]) => [kind, uintField(image, bytes, entry, field)]);
  return Object.fromEntries(ids) as NamespaceIds;
}
