import type { Pod } from '../../../kube/pod.ts';

/** Where admission mounts the service account's token (Kubernetes, plugin/pkg/admission/serviceaccount). */
const PATHS: ReadonlySet<string> = new Set([
  '/var/run/secrets/kubernetes.io/serviceaccount',
  '/run/secrets/kubernetes.io/serviceaccount',
]);

/** Whether a path in a container is where the service account's token is mounted. */
export function isServiceAccountPath(path: string): boolean {
  return PATHS.has(path);
}

/** Whether admission mounts a token into this pod; a service account may switch it off, which the pod does not show. */
export function automounts(pod: Pod): boolean {
  return pod.spec?.automountServiceAccountToken !== false;
}

/** Names of the volumes that admission added to a pod: `kube-api-access-` and five characters of its choice. */
export function injectedVolumes(pod: Pod): ReadonlySet<string> {
  if (!automounts(pod)) return new Set();
  const injected = (pod.spec?.volumes ?? []).filter(
    ({ name, projected }) => projected !== undefined && /^kube-api-access-[a-z0-9]{5}$/.test(name),
  );
  return new Set(injected.map(({ name }) => name));
}
