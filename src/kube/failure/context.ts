import type { NodeContext, PodContext } from '../../checkpoint/failures/context.ts';
import { parseEngine } from '../../checkpoint/failures/engine-version.ts';
import { fieldsOf, itemsOf, textOf } from '../fields.ts';

/** Where the thaw runtime finds its checkpoint, in the container. */
const CHECKPOINT_PATH = '/.thaw/checkpoint';
const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** What a Node (core/v1) tells: its engine, architecture and handlers. Never throws. */
export function nodeContext(node: unknown): NodeContext {
  const { metadata, status } = fieldsOf(node);
  const { nodeInfo, runtimeHandlers, conditions } = fieldsOf(status);
  const { containerRuntimeVersion, architecture } = fieldsOf(nodeInfo);
  const { name } = fieldsOf(metadata);
  const engine = parseEngine(textOf(containerRuntimeVersion));
  const handlers = itemsOf(runtimeHandlers).map((handler) => textOf(fieldsOf(handler)['name']));
  const ready = itemsOf(conditions)
    .map(fieldsOf)
    .find(({ type }) => type === 'Ready');
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(ready === undefined ? {} : { ready: ready['status'] === 'True' }),
    ...(engine === undefined ? {} : { engine }),
    ...(typeof architecture === 'string' ? { architecture } : {}),
    ...(handlers.length === 0 ? {} : { handlers }),
  };
}

/** What a pod tells of one of its containers, and the reference of its checkpoint image. Never throws. */
export function podContext(
  pod: unknown,
  container: string,
  exitCode?: number,
): { pod: PodContext; reference: string | undefined } {
  const spec = fieldsOf(fieldsOf(pod)['spec']);
  const all = [...itemsOf(spec['containers']), ...itemsOf(spec['initContainers'])].map(fieldsOf);
  const one = fieldsOf(all.find(({ name }) => name === container));
  const images = imageVolumes(spec['volumes']);
  const mounts = itemsOf(one['volumeMounts']).map(fieldsOf);
  const frozen = mounts.find(({ mountPath }) => mountPath === CHECKPOINT_PATH)?.['name'];
  const reference = frozen === undefined ? one['image'] : images.get(textOf(frozen));
  const runtimeClass = spec['runtimeClassName'];
  return {
    pod: {
      method: frozen === undefined ? 'image' : 'runtime',
      mounts: [...mounts.map(({ mountPath }) => textOf(mountPath)), ...supplied(pod, one)],
      command: itemsOf(one['command']).length + itemsOf(one['args']).length > 0,
      restartPolicy: textOf(spec['restartPolicy']) || 'Always',
      ...(typeof runtimeClass === 'string' ? { runtimeClass } : {}),
      volumeImages: [...images.values()],
      ...(exitCode === undefined ? {} : { exitCode }),
    },
    reference: typeof reference === 'string' ? reference : undefined,
  };
}

function imageVolumes(volumes: unknown): Map<string, string> {
  const entries = itemsOf(volumes).map((volume): [string, unknown] => {
    const { name, image } = fieldsOf(volume);
    return [textOf(name), fieldsOf(image)['reference']];
  });
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** The kubelet mounts the termination log; admission mounts a token into a pod that no API server has seen yet. */
function supplied(pod: unknown, { terminationMessagePath }: { readonly [field: string]: unknown }): string[] {
  const { metadata, spec } = fieldsOf(pod);
  const log = typeof terminationMessagePath === 'string' ? terminationMessagePath : '/dev/termination-log';
  const admitted = fieldsOf(metadata)['uid'] !== undefined;
  const wantsToken = fieldsOf(spec)['automountServiceAccountToken'] !== false;
  return [log, ...(!admitted && wantsToken ? [TOKEN_PATH] : [])];
}
