import { ThawError } from '../../../errors.ts';
import type { MountQuestion, Need } from './need.ts';
import { automounts, isServiceAccountPath } from './service-account.ts';
import { answerSyntax, type VolumeAnswer } from './volume-answer.ts';

/** The error for required mounts that nothing supplies: each path once, with its containers. */
export function mountUnknown(missing: readonly Need[], { source, known }: MountQuestion): ThawError {
  const paths = [...Map.groupBy(missing, ({ path }) => path)].map(([path, needs]) =>
    describe(path, needs, automounts(source)),
  );
  const syntax = answerSyntax(missing[0]?.path ?? '/path');
  const lacking = known
    ? `the pod has no mount for what the checkpoints require: ${paths.join('; ')}`
    : `the archives do not tell which volume stands behind ${paths.join('; ')}`;
  return new ThawError('MOUNT_UNKNOWN', {
    message: lacking,
    next: known ? `add the mounts to the pod, or say ${syntax}` : `give the pod with --from, or say ${syntax}`,
    facts: { mounts: missing.map(({ container, path, mount }) => ({ container, path, ...tellsOf(mount.volume) })) },
  });
}

/** The error for answers to mounts that no checkpoint requires. */
export function unusedAnswers(unused: readonly VolumeAnswer[], needs: readonly Need[]): ThawError {
  const paths = [...new Set(needs.map(({ path }) => path))];
  return new ThawError('USAGE', {
    message: `--volume names ${unused.map(({ path }) => path).join(', ')}, which no checkpoint has a mount at`,
    next:
      paths.length === 0
        ? 'leave it out: no mount is required'
        : `name one of the required mounts: ${paths.join(', ')}`,
    facts: { unused: unused.map(({ path }) => path), required: paths },
  });
}

function describe(path: string, needs: readonly Need[], token: boolean): string {
  const containers = needs.map(({ container }) => container).join(', ');
  const hint = hintOf(path, needs[0], token);
  return `${path} of ${needs.length === 1 ? 'container' : 'containers'} ${containers}${hint === '' ? '' : ` (${hint})`}`;
}

function hintOf(path: string, need: Need | undefined, token: boolean): string {
  if (isServiceAccountPath(path) && !token) return 'automountServiceAccountToken is false';
  const volume = need?.mount.volume;
  if (volume === undefined) return '';
  return `on the source node: ${volume.kind}${volume.name === undefined ? '' : ` ${volume.name}`}`;
}

function tellsOf(volume: Need['mount']['volume']): { kind?: string; name?: string } {
  return volume === undefined ? {} : { kind: volume.kind, ...(volume.name === undefined ? {} : { name: volume.name }) };
}
