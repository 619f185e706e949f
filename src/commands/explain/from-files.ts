import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { errnoOf, ThawError } from '../../errors.ts';
import { type Fields, fieldsOf, isFields, itemsOf, textOf } from '../../kube/fields.ts';
import { readKubeYaml } from '../../kube/kube-yaml.ts';
import type { Io } from '../io.ts';
import type { Question } from './question.ts';

/** The files that were named; `-` is standard input. */
export interface Files {
  readonly from?: string | undefined;
  readonly events?: string | undefined;
  readonly log?: string | undefined;
  /** The pod that is meant, where the files hold several. */
  readonly pod?: string | undefined;
}

/**
 * Reads a pod, its events and its node from what `kubectl get pod,events -o yaml` prints, in one file or several. Throws
 * POD_INVALID where they hold no pod, or several and none is named; USAGE for a file that cannot be read.
 */
export async function fromFiles({ from, events, log, pod: name }: Files, io: Io): Promise<Question> {
  const objects: Fields[] = [];
  for (const file of [from, events]) {
    if (file !== undefined) objects.push(...readObjects(await readText(file, io), file));
  }
  const said = log === undefined ? {} : { log: await readText(log, io) };
  if (from === undefined) return { events: [], notes: [], ...said };
  const pod = onlyPod(objects, name, from);
  const { name: found, namespace } = fieldsOf(pod['metadata']);
  const node = objects.find(({ kind, metadata }) => kind === 'Node' && fieldsOf(metadata)['name'] === nodeOf(pod));
  return {
    pod,
    name: typeof namespace === 'string' ? `${namespace}/${textOf(found)}` : textOf(found),
    events: objects.filter((object) => object['kind'] === 'Event' && regards(object, found)),
    ...(node === undefined ? {} : { node }),
    notes: [],
    ...said,
  };
}

/** A file that an option names, or standard input for `-`. Throws USAGE. */
async function readText(file: string, io: Io): Promise<string> {
  if (file === '-') return text(io.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ThawError('USAGE', {
      message: `${file} cannot be read (${errnoOf(cause)})`,
      next: 'give a file that is there, or - for standard input',
      facts: { file, errno: errnoOf(cause) ?? null },
      cause,
    });
  }
}

function readObjects(written: string, file: string): Fields[] {
  try {
    return readKubeYaml(written).flatMap(unwrap).filter(isFields);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    throw invalid(`${file} is neither YAML nor JSON: ${why}`, { file }, cause);
  }
}

/** `kubectl get` wraps what it found in a List. */
function unwrap(document: unknown): readonly unknown[] {
  const { kind, items } = fieldsOf(document);
  if (typeof kind !== 'string' || !kind.endsWith('List')) return [document];
  const item = kind.slice(0, -'List'.length);
  return itemsOf(items).map((one) => (item === '' || !isFields(one) ? one : { kind: item, ...one }));
}

function onlyPod(objects: readonly Fields[], name: string | undefined, file: string): Fields {
  const pods = objects.filter(({ kind }) => kind === 'Pod');
  const wanted = name === undefined ? pods : pods.filter(({ metadata }) => fieldsOf(metadata)['name'] === name);
  const [pod] = wanted;
  if (pod !== undefined && wanted.length === 1) return pod;
  const names = pods.map(({ metadata }) => textOf(fieldsOf(metadata)['name']));
  const which = name === undefined ? '' : ` of the name ${name}`;
  throw invalid(`${file} holds ${wanted.length} pods${which}, and one is wanted`, { file, pods: names });
}

function nodeOf(pod: Fields): unknown {
  return fieldsOf(pod['spec'])['nodeName'];
}

function regards({ involvedObject, regarding }: Fields, pod: unknown): boolean {
  const { kind, name } = fieldsOf(involvedObject ?? regarding);
  return kind === 'Pod' && name === pod;
}

function invalid(
  message: string,
  facts: Readonly<Record<string, string | readonly string[]>>,
  cause?: unknown,
): ThawError {
  const next = 'give what `kubectl get pod,events -n <namespace> -o yaml` prints, and the name of the pod';
  return new ThawError('POD_INVALID', { message, next, facts, cause });
}
