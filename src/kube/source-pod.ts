import { ThawError } from '../errors.ts';
import { type Fields, fieldsOf, isFields, itemsOf } from './fields.ts';
import { readKubeYaml } from './kube-yaml.ts';
import type { Pod } from './pod.ts';

/**
 * The one pod that a text holds: YAML or JSON, written by hand or by `kubectl get pod -o yaml`, a List of one included.
 * `origin` names the text in errors. Throws POD_INVALID.
 */
export function parseSourcePod(text: string, origin: string): Pod {
  const pod = onlyObject(readDocuments(text, origin), origin);
  if (pod['kind'] !== 'Pod' || pod['apiVersion'] !== 'v1') {
    throw invalid(origin, `it holds ${kindOf(pod)} instead of a Pod of v1`, { kind: String(pod['kind'] ?? '') });
  }
  checkName(pod, origin);
  checkContainers(pod, origin);
  return pod as Pod;
}

function readDocuments(text: string, origin: string): unknown[] {
  try {
    return readKubeYaml(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    throw invalid(origin, `it is neither YAML nor JSON: ${why?.replace(/:$/, '')}`, {}, cause);
  }
}

function onlyObject(documents: readonly unknown[], origin: string): Fields {
  const objects = documents.flatMap(unwrap);
  const [object] = objects;
  if (object === undefined) throw invalid(origin, 'it holds no object', { objects: 0 });
  if (objects.length > 1)
    throw invalid(origin, `it holds ${objects.length} objects instead of one`, { objects: objects.length });
  if (!isFields(object)) throw invalid(origin, 'it holds no Kubernetes object');
  return object;
}

/** `kubectl get pods -o yaml` wraps what it found in a List, one pod as well as many. */
function unwrap(document: unknown): unknown[] {
  const { kind, items } = fieldsOf(document);
  return (kind === 'List' || kind === 'PodList') && Array.isArray(items) ? items : [document];
}

function checkName(pod: Fields, origin: string): void {
  const { name, namespace } = fieldsOf(pod['metadata']);
  if (typeof name !== 'string' || name === '') throw invalid(origin, 'its pod has no metadata.name');
  if (namespace !== undefined && typeof namespace !== 'string')
    throw invalid(origin, 'its metadata.namespace is no text');
}

function checkContainers(pod: Fields, origin: string): void {
  const spec = fieldsOf(pod['spec']);
  checkNamedList(spec['containers'], 'containers', origin);
  if (!Array.isArray(spec['containers']) || spec['containers'].length === 0) {
    throw invalid(origin, 'its pod has no spec.containers');
  }
  for (const field of ['initContainers', 'volumes']) checkNamedList(spec[field], field, origin);
  for (const field of ['containers', 'initContainers']) {
    for (const container of itemsOf(spec[field])) checkMounts(fieldsOf(container), origin);
  }
}

function checkNamedList(list: unknown, field: string, origin: string): void {
  if (list === undefined || list === null) return;
  const named = Array.isArray(list) && list.every((item) => typeof fieldsOf(item)['name'] === 'string');
  if (!named) throw invalid(origin, `its spec.${field} is no list of objects with a name`);
}

function checkMounts({ name, volumeMounts }: Fields, origin: string): void {
  if (volumeMounts === undefined || volumeMounts === null) return;
  const mounts = Array.isArray(volumeMounts) ? volumeMounts.map(fieldsOf) : [{}];
  if (mounts.every((mount) => typeof mount['name'] === 'string' && typeof mount['mountPath'] === 'string')) return;
  throw invalid(origin, `container ${name} has a volumeMount without a name or mountPath`);
}

function kindOf({ apiVersion, kind }: Fields): string {
  if (kind === undefined) return 'an object without a kind';
  return `a ${String(kind)}${apiVersion === undefined ? '' : ` of ${String(apiVersion)}`}`;
}

function invalid(origin: string, why: string, facts: Record<string, string | number> = {}, cause?: unknown): ThawError {
  return new ThawError('POD_INVALID', {
    message: `${origin} is no pod to restore from: ${why}`,
    next: 'give one pod, as `kubectl get pod <name> -n <namespace> -o yaml` prints it',
    facts: { origin, ...facts },
    cause,
  });
}
