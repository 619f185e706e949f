import type { Volume } from '../../../kube/pod.ts';
import type { Need } from './need.ts';
import type { Added } from './restore.ts';
import type { AnswerKind, VolumeAnswer } from './volume-answer.ts';

/** A volume that the restored pod must get. */
export interface Wanted {
  /** Two mounts that want the same share one volume. */
  readonly key: string;
  /** What its name is made from. */
  readonly nameFrom: string;
  readonly source: Omit<Volume, 'name'>;
  /** Who said so, as the end of a sentence. */
  readonly said: string;
}

/** The volume that a person named for a path. */
export function wantedByAnswer({ path, kind, source = '' }: VolumeAnswer): Wanted {
  const said = `--volume ${path}=${kind}${source === '' ? '' : `:${source}`} says what it is`;
  const key = kind === 'emptyDir' ? `path ${path}` : `${kind} ${source}`;
  return { key, nameFrom: path, source: SOURCES[kind](source), said };
}

/**
 * The volume that the archive tells on its own: only an emptyDir. The others' folders on the source node name the
 * volume but not the claim, configMap or secret behind it; and a path of the node is a person's to grant, for an archive
 * could ask for any.
 */
export function wantedByArchive({ path, mount: { volume } }: Need): Wanted | undefined {
  if (volume?.kind !== 'emptyDir') return undefined;
  const { name } = volume;
  const said = `the archive tells an emptyDir${name === undefined ? '' : ` named ${name}`}`;
  return {
    key: name === undefined ? `path ${path}` : `emptyDir ${name}`,
    nameFrom: name ?? path,
    source: { emptyDir: {} },
    said,
  };
}

const SOURCES: Readonly<Record<AnswerKind, (source: string) => Omit<Volume, 'name'>>> = {
  emptyDir: () => ({ emptyDir: {} }),
  pvc: (claimName) => ({ persistentVolumeClaim: { claimName } }),
  hostPath: (path) => ({ hostPath: { path } }),
  configMap: (name) => ({ configMap: { name } }),
  secret: (secretName) => ({ secret: { secretName } }),
};

/** Collects the new volumes of a pod under names of their own; `taken` are those that the pod has. */
export function newVolumes(taken: readonly string[]): {
  readonly list: readonly Added<Volume>[];
  readonly nameFor: (wanted: Wanted) => string;
} {
  const list: Added<Volume>[] = [];
  const names = new Map<string, string>();
  const nameFor = (wanted: Wanted): string => {
    const known = names.get(wanted.key);
    if (known !== undefined) return known;
    const name = freeName(wanted.nameFrom, new Set([...taken, ...names.values()]));
    names.set(wanted.key, name);
    list.push({ item: { name, ...wanted.source }, reason: wanted.said, ...noteOf(name, wanted) });
    return name;
  };
  return { list, nameFor };
}

function noteOf(name: string, { source }: Wanted): { note?: string } {
  if (source.emptyDir === undefined) return {};
  return {
    note: `volume ${name} is a new emptyDir: its files stay behind, and a file that was open in it makes the restore fail`,
  };
}

/** A volume's name is a DNS label: 63 lower-case letters, digits and `-`, with neither end a `-`. */
function freeName(from: string, taken: ReadonlySet<string>): string {
  const label = from
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, 59)
    .replace(/-$/, '');
  const base = label === '' ? 'volume' : label;
  for (let number = 2, name = base; ; number += 1) {
    if (!taken.has(name)) return name;
    name = `${base}-${number}`;
  }
}
