import * as v from 'valibot';
import { type Document, isMap, LineCounter, parseDocument } from 'yaml';
import { accessInvalid } from './access-error.ts';
import { AccessFile, RIGHTS } from './rules.ts';

type Path = readonly (string | number)[];

/** An access file that was read, and where in it a field stands. */
export type ParsedAccess = v.InferOutput<typeof AccessFile>;

/**
 * Reads the text of an access file (YAML). Throws ACCESS_INVALID with the line and the field for what is no YAML, for
 * unknown fields, for wrong values, for a rule that is for nobody, and for users where no htpasswd file is named.
 */
export function parseAccess(file: string, text: string): ParsedAccess {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
  const [broken] = document.errors;
  if (broken !== undefined) {
    throw accessInvalid({ file, line: lines.linePos(broken.pos[0]).line }, broken.message.split('\n', 1)[0] ?? '');
  }
  const refuse = (path: Path, what: string) =>
    accessInvalid({ file, line: lineOf(document, lines, path), field: fieldOf(path) }, what);
  const { success, issues, output } = v.safeParse(AccessFile, toPlain(file, document), { abortEarly: true });
  if (!success) throw refuse(pathOf(issues[0]), describe(issues[0]));
  refuseNobody(output, refuse);
  return output;
}

/** What a schema does not say. */
function refuseNobody({ htpasswd, rules }: ParsedAccess, refuse: (path: Path, what: string) => Error): void {
  for (const [at, { users, anonymous = false }] of rules.entries()) {
    if (users === undefined && !anonymous) throw refuse(['rules', at], 'names neither "users" nor "anonymous: true"');
    if (users !== undefined && htpasswd === undefined) {
      throw refuse(['rules', at, 'users'], 'names users, but the file names no "htpasswd" that knows their passwords');
    }
  }
}

/** An empty file is one without fields. Aliases that name nothing, or would grow without measure, are refused. */
function toPlain(file: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    throw accessInvalid({ file, line: 0 }, error instanceof Error ? error.message : String(error), error);
  }
}

function pathOf({ path }: v.BaseIssue<unknown>): Path {
  return (path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
}

function describe(issue: v.BaseIssue<unknown>): string {
  const { kind, type, expected, received, message, path } = issue;
  if (type === 'strict_object' && path?.at(-1)?.origin === 'key') {
    return expected === 'never' ? 'is no field that is known here' : 'is missing';
  }
  if (type === 'picklist') return `is ${received}, and must be one of ${RIGHTS.join(', ')}`;
  if (type === 'non_empty') return 'must not be empty';
  if (kind === 'schema') return `must be ${expected?.toLowerCase()}, and is ${received}`;
  return message;
}

/** The line of a field, or of the nearest thing around it that stands in the file. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return 1;
}

/** Where a field's name begins, or the item of a list. */
function offsetOf(document: Document, path: Path): number | undefined {
  const last = path.at(-1);
  const around = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isMap(around)) {
    const pair = around.items.find(({ key }) => String(key) === last);
    return rangeStart(pair?.key);
  }
  return rangeStart(document.getIn(path, true));
}

function rangeStart(node: unknown): number | undefined {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined;
}

/** `rules[0].allow[1]` */
function fieldOf(path: Path): string {
  return path.map((key, at) => (typeof key === 'number' ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');
}
