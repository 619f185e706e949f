import { CHECKPOINT_CALL } from './entries/checkpoint-call.ts';
import { CONTAINERD } from './entries/containerd.ts';
import { CRIO_FAILURES } from './entries/crio.ts';
import { CRIU_DUMP } from './entries/criu-dump.ts';
import { CRIU_FILES } from './entries/criu-files.ts';
import { CRIU_HOST } from './entries/criu-host.ts';
import { ENGINE } from './entries/engine.ts';
import { KUBELET } from './entries/kubelet.ts';
import { PODMAN_FAILURES } from './entries/podman.ts';
import { REGISTRY } from './entries/registry.ts';
import { RUNC } from './entries/runc.ts';
import { THAW_RUNTIME, thawRuntimeRefused } from './entries/thaw-runtime.ts';
import type { Failure } from './failure.ts';

/** Every failure that thaw can explain, by origin. Of two that one text tells of, the one that stands first is shown first. */
export const CATALOGUE: Readonly<Record<string, readonly Failure[]>> = {
  'Runtime thaw': [thawRuntimeRefused],
  'CRIU: files and mounts': CRIU_FILES,
  'CRIU: connections, CPU, kernel': CRIU_HOST,
  'CRIU: freezing': CRIU_DUMP,
  containerd: CONTAINERD,
  'CRI-O': CRIO_FAILURES,
  'The engine that restores': ENGINE,
  "Kubernetes' checkpoint call": CHECKPOINT_CALL,
  Registry: REGISTRY,
  Kubelet: KUBELET,
  runc: RUNC,
  'RuntimeClass thaw': THAW_RUNTIME,
  Podman: PODMAN_FAILURES,
};

export const FAILURES: readonly Failure[] = Object.values(CATALOGUE).flat();
