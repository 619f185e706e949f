import { ThawError } from '../../../errors.ts';
import { normalisePath } from './path.ts';

/** What a person said about the volume behind a mount. */
export interface VolumeAnswer {
  /** Where it is mounted: an absolute path in the container, in its one form. */
  readonly path: string;
  readonly kind: AnswerKind;
  /** The claim, configMap or secret by name, or the node's path; an emptyDir has none. */
  readonly source?: string;
}

export type AnswerKind = 'emptyDir' | 'pvc' | 'hostPath' | 'configMap' | 'secret';

/** How an answer for a path is written, for help and errors. */
export function answerSyntax(path: string): string {
  return `--volume ${path}=emptyDir | pvc:<claim> | hostPath:</path> | configMap:<name> | secret:<name>`;
}

const KINDS: Readonly<Record<AnswerKind, RegExp | undefined>> = {
  emptyDir: undefined,
  pvc: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
  configMap: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
  secret: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
  hostPath: /^\/(?!.*(^|\/)\.\.(\/|$))/,
};

/** Takes `<path in the container>=<kind>[:<source>]` apart, e.g. `/data=pvc:web-data`. Throws USAGE. */
export function parseVolumeAnswer(text: string): VolumeAnswer {
  const [, path, kind, source] = /^(\/.*?)=([A-Za-z]+)(?::(.*))?$/s.exec(text) ?? [];
  if (path === undefined || kind === undefined) throw unreadable(text, 'it is not of the form /path=kind');
  if (!isKind(kind)) throw unreadable(text, `"${kind}" is no kind of volume`);
  const form = KINDS[kind];
  if (form === undefined && source !== undefined) throw unreadable(text, `${kind} takes nothing behind a colon`);
  if (form !== undefined && !form.test(source ?? ''))
    throw unreadable(text, `${kind}: "${source ?? ''}" names no source`);
  return { path: normalisePath(path), kind, ...(source === undefined ? {} : { source }) };
}

/** Reads every answer; the same one twice counts once. Throws USAGE, for two answers to one path as well. */
export function parseVolumeAnswers(texts: readonly string[]): VolumeAnswer[] {
  const answers = new Map<string, { text: string; answer: VolumeAnswer }>();
  for (const text of texts) {
    const answer = parseVolumeAnswer(text);
    const other = answers.get(answer.path);
    if (other !== undefined && !same(other.answer, answer)) throw contradiction(other.text, text);
    answers.set(answer.path, { text, answer });
  }
  return [...answers.values()].map(({ answer }) => answer);
}

function isKind(text: string): text is AnswerKind {
  return Object.hasOwn(KINDS, text);
}

function same(one: VolumeAnswer, other: VolumeAnswer): boolean {
  return one.kind === other.kind && one.source === other.source;
}

function contradiction(one: string, other: string): ThawError {
  return new ThawError('USAGE', {
    message: `--volume "${one}" and --volume "${other}" say two things of one path`,
    next: 'leave one of them out',
    facts: { volumes: [one, other] },
  });
}

function unreadable(text: string, why: string): ThawError {
  return new ThawError('USAGE', {
    message: `--volume "${text}" cannot be understood: ${why}`,
    next: `write ${answerSyntax('/path')}`,
    facts: { volume: text, why },
  });
}
