import type { Container, Pod, VolumeMount } from '../../../kube/pod.ts';
import type { RestoreCheckpoint } from './checkpoint.ts';
import { mountUnknown, unusedAnswers } from './mount-errors.ts';
import type { MountQuestion, Need } from './need.ts';
import { newVolumes, type Wanted, wantedByAnswer, wantedByArchive } from './new-volumes.ts';
import { normalisePath } from './path.ts';
import type { Added, MountPlan } from './restore.ts';
import { automounts, injectedVolumes, isServiceAccountPath } from './service-account.ts';
import type { VolumeAnswer } from './volume-answer.ts';

/**
 * Finds the volume behind each mount that a checkpoint requires: what a person said comes first, then the source pod's
 * own mount, then admission (the service account's token), then what the archive tells. Without one of them the restore
 * would fail on the node, under containerd with words that do not even name the path; so it throws MOUNT_UNKNOWN here,
 * for all of them at once. An answer that no mount asks for throws USAGE.
 */
export function planMounts(question: MountQuestion): MountPlan {
  const needs = question.checkpoints.flatMap(needsOf);
  const unused = question.answers.filter(({ path }) => !needs.some((need) => need.path === path));
  if (unused.length > 0) throw unusedAnswers(unused, needs);
  const open = needs.filter((need) => answerTo(need, question) !== undefined || !isSupplied(need, question));
  const found = open.map((need) => ({ need, wanted: wantedFor(need, question) }));
  const missing = found.filter(({ wanted }) => wanted === undefined).map(({ need }) => need);
  if (missing.length > 0) throw mountUnknown(missing, question);
  return plan(found, question.source);
}

function needsOf({ container, requiredMounts }: RestoreCheckpoint): Need[] {
  return requiredMounts.map((mount) => ({ container, path: normalisePath(mount.destination), mount }));
}

function answerTo({ path }: Need, { answers }: MountQuestion): VolumeAnswer | undefined {
  return answers.find((answer) => answer.path === path);
}

/** Whether the restored pod has the mount without anything new: from the source pod, the kubelet or admission. */
function isSupplied({ container, path, mount }: Need, { source }: MountQuestion): boolean {
  if (mountedPaths(containerOf(source, container), injectedVolumes(source)).has(path)) return true;
  return (isServiceAccountPath(path) || mount.volume?.kind === 'serviceAccount') && automounts(source);
}

function containerOf({ spec }: Pod, name: string): Container | undefined {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find((container) => container.name === name);
}

/** Paths that a container has mounts at; the kubelet mounts the file behind terminationMessagePath. */
function mountedPaths(container: Container | undefined, injected: ReadonlySet<string>): ReadonlySet<string> {
  const mounts = (container?.volumeMounts ?? []).filter(({ name }) => !injected.has(name));
  const paths = mounts.map(({ mountPath }) => mountPath);
  return new Set([...paths, container?.terminationMessagePath ?? '/dev/termination-log'].map(normalisePath));
}

function wantedFor(need: Need, question: MountQuestion): Wanted | undefined {
  const answer = answerTo(need, question);
  if (answer !== undefined) return wantedByAnswer(answer);
  return question.known ? undefined : wantedByArchive(need);
}

function plan(found: readonly { need: Need; wanted: Wanted | undefined }[], source: Pod): MountPlan {
  const volumes = newVolumes((source.spec?.volumes ?? []).map(({ name }) => name));
  const mounts = new Map<string, Added<VolumeMount>[]>();
  for (const { need, wanted } of found) {
    if (wanted === undefined) continue;
    const item = {
      name: volumes.nameFor(wanted),
      mountPath: need.path,
      ...(need.mount.readOnly ? { readOnly: true } : {}),
    };
    const added = { item, reason: `the checkpoint requires this mount; ${wanted.said}` };
    mounts.set(need.container, [...(mounts.get(need.container) ?? []), added]);
  }
  return { volumes: volumes.list, mounts };
}
