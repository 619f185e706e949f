import type { RequiredMount, VolumeKind } from './required-mount.ts';

/**
 * The kubelet's folder of a volume: `<root>/pods/<pod uid>/volumes/<plugin>/<volume>`, with the plugin's slash written as
 * `~` (k8s.io/kubernetes pkg/kubelet/kubelet_getters.go, getPodVolumeDir). The root is /var/lib/kubelet unless a node's
 * set-up says otherwise.
 */
const VOLUME = /\/pods\/[^/]+\/volumes\/kubernetes\.io~([a-z-]+)\/([^/]+)(?:\/mount)?$/;

const KINDS: Readonly<Record<string, VolumeKind>> = {
  'empty-dir': 'emptyDir',
  configmap: 'configMap',
  secret: 'secret',
  projected: 'projected',
  'downward-api': 'downwardAPI',
  csi: 'csi',
};

const SERVICE_ACCOUNT = /^(?:\/var)?\/run\/secrets\/kubernetes\.io\/serviceaccount$/;

/**
 * What a bind mount's source tells of its volume; the name is the volume's in the pod, for csi the persistent volume's.
 *
 * Any other path of the source node tells nothing, although it may well be a hostPath: a restored pod must not get a path
 * of its node because an archive says so. With subPath the kubelet's folder does not name the plugin.
 */
export function volumeOf(destination: string, source: string): RequiredMount['volume'] {
  const [, plugin = '', name] = VOLUME.exec(source) ?? [];
  const kind = SERVICE_ACCOUNT.test(destination) ? 'serviceAccount' : own(KINDS, plugin);
  if (kind === undefined) return undefined;
  return { kind, ...(name === undefined ? {} : { name }) };
}

function own(kinds: Readonly<Record<string, VolumeKind>>, plugin: string): VolumeKind | undefined {
  return Object.hasOwn(kinds, plugin) ? kinds[plugin] : undefined;
}
