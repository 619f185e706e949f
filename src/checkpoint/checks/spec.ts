import type { SpecDump } from '../dumps/spec-dump.ts';
import type { StatusDump } from '../dumps/status-dump.ts';
import { type Finding, MAX_FINDINGS, quote } from './finding.ts';

/** The Container Device Interface's annotations ask a runtime for host devices (CVE-2026-53492). */
const CDI = 'cdi.k8s.io/';
/** CRI-O takes the restored container's annotations from the JSON object in this one. */
const CRIO_ANNOTATIONS = 'io.kubernetes.cri-o.Annotations';

/**
 * No annotation in spec.dump, in the annotations that CRI-O keeps inside one of them, or in status.dump may ask for host
 * devices: the container that is restored would get them without its pod having asked.
 */
export function checkSpec(spec: SpecDump, status?: StatusDump): Finding[] {
  const inside = spec.annotations?.[CRIO_ANNOTATIONS];
  return [
    ...keysOf(spec.annotations).map((key) => ['spec.dump', key] as const),
    ...keysInside(inside).map((key) => [`spec.dump, in ${CRIO_ANNOTATIONS}`, key] as const),
    ...keysOf(status?.annotations).map((key) => ['status.dump', key] as const),
  ]
    .filter(([, key]) => key.toLowerCase().startsWith(CDI))
    .slice(0, MAX_FINDINGS)
    .map(([file, key]) => ({
      code: 'CDI_ANNOTATION',
      message: `${file} carries the annotation ${quote(key)}, which asks for host devices`,
      next: 'restore a container that needs host devices only from an archive whose origin you know',
      facts: { file, annotation: quote(key) },
    }));
}

function keysOf(annotations: Readonly<Record<string, string>> | undefined): string[] {
  return Object.keys(annotations ?? {});
}

/** A value that is no JSON object is none to CRI-O either. */
function keysInside(json: string | undefined): string[] {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    return typeof value === 'object' && value !== null ? Object.keys(value) : [];
  } catch {
    return [];
  }
}
