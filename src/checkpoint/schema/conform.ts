import * as v from 'valibot';

/** What is thrown for a value that does not conform: `where` is a JSON pointer or `/`, `what` says what must be there. */
export type Refuse = (where: string, what: string) => Error;

/**
 * The value itself, with the fields that its schema does not name, once the schema holds for it. Throws what `refuse`
 * gives for the first field that is wrong; neither text says what stands in the value, which may be secret.
 */
export function conform<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  refuse: Refuse,
): v.InferOutput<Schema> {
  const { success, issues } = v.safeParse(schema, value, { abortEarly: true, message: describe });
  if (success) return value as v.InferOutput<Schema>;
  const [issue] = issues;
  throw refuse(pointer(isMissing(issue) ? issue.path.slice(0, -1) : (issue.path ?? [])), issue.message);
}

type Issue = v.BaseIssue<unknown>;
type Path = readonly v.IssuePathItem[];

const EXPECTED: Readonly<Record<string, string>> = { Object: 'object', Array: 'array' };

/** Stands in for valibot's own messages, which quote what was found. */
function describe(issue: Issue): string {
  const expected = issue.expected ?? 'as the schema says';
  if (isMissing(issue)) return `must have required properties ${String(issue.path.at(-1)?.key)}`;
  return `must be ${EXPECTED[expected] ?? expected}`;
}

/** valibot lays the lack of a field at the field's path, and we at its object's: the field is nowhere. */
function isMissing(issue: Issue): issue is Issue & { path: Path } {
  return issue.path?.at(-1)?.origin === 'key';
}

const LONGEST_POINTER = 200;

/** RFC 6901, cut to a readable length, with characters that could steer a terminal escaped. */
function pointer(path: Path): string {
  const written = path.map(({ key }) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return JSON.stringify(written || '/')
    .slice(1, LONGEST_POINTER)
    .replace(/"$/, '');
}
