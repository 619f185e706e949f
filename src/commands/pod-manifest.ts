import type { RestartChoice } from '../checkpoint/restored-container.ts';
import type { RestoreCheckpoint } from '../controller/migration/restored-pod/checkpoint.ts';
import type { MethodName } from '../controller/migration/restored-pod/methods/methods.ts';
import { type RestoredPod, restoredPod } from '../controller/migration/restored-pod/restored-pod.ts';
import { parseVolumeAnswers } from '../controller/migration/restored-pod/volume-answer.ts';
import { writeKubeYaml } from '../kube/kube-yaml.ts';
import { parseSourcePod } from '../kube/source-pod.ts';
import { explainDecisions } from './decisions.ts';

/** What `thaw pod` was asked, its archives and references already read. */
export interface PodQuestion {
  readonly checkpoints: readonly RestoreCheckpoint[];
  /** The text behind --from, and how errors call it. */
  readonly from?: { readonly text: string; readonly origin: string };
  /** `image` unless given. */
  readonly method?: MethodName;
  /** `fail` unless given. */
  readonly restart?: RestartChoice;
  readonly node?: string;
  readonly name?: string;
  /** Every --volume, as it was written. */
  readonly volume?: readonly string[];
  readonly labels?: 'keep';
  readonly initContainers?: 'keep';
  readonly now: Date;
}

/** What `thaw pod` says. */
export interface PodManifest {
  /** For stdout, ready for `kubectl apply -f -`; ends in a newline. */
  readonly yaml: string;
  /** For --json. */
  readonly data: RestoredPod;
  /** For stderr, one line each. */
  readonly notes: readonly string[];
  /** For --explain, on stderr: the fate of each field, and why. */
  readonly explain: string;
}

/** Makes the restored pod's manifest. Throws POD_INVALID, MOUNT_UNKNOWN, ENGINE_UNFIT, BASE_IMAGE_UNKNOWN, USAGE. */
export function podManifest(question: PodQuestion): PodManifest {
  const { checkpoints, from, node, name, volume = [], labels, initContainers, now } = question;
  const { method = 'image', restart = 'fail' } = question;
  const restored = restoredPod({
    ...(from === undefined ? {} : { source: parseSourcePod(from.text, from.origin) }),
    checkpoints,
    method,
    restart,
    ...(node === undefined ? {} : { targetNode: node }),
    ...(name === undefined ? {} : { name }),
    now,
    volumes: parseVolumeAnswers(volume),
    keepLabels: labels === 'keep',
    keepInitContainers: initContainers === 'keep',
  });
  return {
    yaml: writeKubeYaml(restored.pod),
    data: restored,
    notes: restored.notes,
    explain: explainDecisions(restored.decisions),
  };
}
