import { readFileSync } from 'node:fs';
import type { RestoreCheckpoint } from '../../src/controller/migration/restored-pod/checkpoint.ts';
import type { RestoreRequest } from '../../src/controller/migration/restored-pod/request.ts';
import type { RestoredPod } from '../../src/controller/migration/restored-pod/restored-pod.ts';
import { type Fields, fieldsOf, itemsOf } from '../../src/kube/fields.ts';
import type { Container, Pod } from '../../src/kube/pod.ts';
import { parseSourcePod } from '../../src/kube/source-pod.ts';

const PODS = new URL('../fixtures/pods/', import.meta.url);

/** The moment at which the tests restore. */
export const NOW = new Date('2026-11-22T09:30:00.250Z');

/** The exact base image of `checkpoint()`. */
export const BASE = `127.0.0.1:5000/bb@sha256:${'3e96f93a'.repeat(8)}`;

/** Where the service account's token is mounted. */
export const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The text of a pod under test/fixtures/pods. */
export function podText(name: 'web-0' | 'batch' | 'by-hand'): string {
  return readFileSync(new URL(`${name}.yaml`, PODS), 'utf8');
}

/** A pod under test/fixtures/pods. */
export function podNamed(name: 'web-0' | 'batch' | 'by-hand'): Pod {
  return parseSourcePod(podText(name), `${name}.yaml`);
}

/** A checkpoint of a container of pod shop/web-0, with no mounts, made by CRI-O. */
export function checkpoint(container: string, changes: Partial<RestoreCheckpoint> = {}): RestoreCheckpoint {
  return {
    container,
    reference: referenceOf(container),
    engine: { name: 'cri-o' },
    pod: { name: 'web-0', namespace: 'shop', uid: '7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111' },
    baseImage: { name: '127.0.0.1:5000/bb:2', repoDigest: BASE },
    requiredMounts: [],
    architecture: 'amd64',
    ...changes,
  };
}

/** The reference of `checkpoint(container)`. */
export function referenceOf(container: string): string {
  return `checkpoint-registry.local/checkpoints:${container}@sha256:${'a1'.repeat(32)}`;
}

/** A minimal pod shop/web-0 with one container, `web`. */
export function podOf(spec: Fields = {}, metadata: Fields = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-0', namespace: 'shop', ...metadata },
    spec: { containers: [{ name: 'web' }], ...spec },
  };
}

/** A pod like podOf's whose container `web` has these fields. */
export function podWithContainer(fields: Fields): Pod {
  return podOf({ containers: [{ name: 'web', ...fields }] });
}

/** A request for method `image` onto node-b, with one checkpoint of container `web` unless said otherwise. */
export function request(changes: Partial<RestoreRequest> = {}): RestoreRequest {
  return { checkpoints: [checkpoint('web')], method: 'image', targetNode: 'node-b', now: NOW, ...changes };
}

/** The spec of a restored pod, field by field. */
export function specOf({ pod }: RestoredPod): Fields {
  return fieldsOf(pod.spec);
}

/** The metadata of a restored pod, field by field. */
export function metadataOf({ pod }: RestoredPod): Fields {
  return fieldsOf(pod.metadata);
}

/** A container of a restored pod by its name. */
export function containerOf(restored: RestoredPod, name: string): Fields & Partial<Container> {
  return fieldsOf(itemsOf(specOf(restored)['containers']).find((container) => fieldsOf(container)['name'] === name));
}

/** The decision over a field, as `<outcome>: <reason>`. */
export function decisionOn({ decisions }: RestoredPod, field: string): string | undefined {
  const decision = decisions.find((each) => each.field === field);
  return decision && `${decision.outcome}: ${decision.reason}`;
}
