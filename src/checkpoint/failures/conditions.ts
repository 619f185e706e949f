import { CRIO, CRIU } from '../annotations.ts';
import type { FailureContext } from './context.ts';
import { atLeast } from './engine-version.ts';

/** The annotation by which an engine knows a checkpoint image. */
export const ENGINE_ANNOTATIONS: Readonly<Record<string, string>> = {
  'cri-o': CRIO.name,
  containerd: CRIU['container.name'],
};

/** Whether the node runs CRI-O. */
export function onCrio({ node }: FailureContext): boolean {
  return node?.engine?.name === 'cri-o';
}

/** Whether the node runs a containerd that has no restore through CreateContainer: before 2.1, and from 2.4 on. */
export function onUnableContainerd({ node }: FailureContext): boolean {
  const { name, version = '' } = node?.engine ?? {};
  return name === 'containerd' && (!atLeast(version, '2.1') || atLeast(version, '2.4'));
}

/** Whether the node runs a containerd that restores checkpoint images, where it is switched on. */
export function onAbleContainerd(context: FailureContext): boolean {
  return context.node?.engine?.name === 'containerd' && !onUnableContainerd(context);
}

/** Whether the image has the annotation that the node's engine looks for; undefined where that is not known. */
export function isAnnotated({ image, node }: FailureContext): boolean | undefined {
  if (image === undefined) return undefined;
  const wanted = ENGINE_ANNOTATIONS[node?.engine?.name ?? ''];
  const names = wanted === undefined ? Object.values(ENGINE_ANNOTATIONS) : [wanted];
  return names.some((name) => Object.hasOwn(image.annotations, name));
}
