import picomatch from 'picomatch';
import * as v from 'valibot';

/** What may be done with a repository. Clients look before they push, so that whoever pushes needs to pull as well. */
export const RIGHTS = ['pull', 'push', 'delete'] as const;

export type Right = (typeof RIGHTS)[number];

/** Names, `*` (within one part of a name), `**` (across parts), `?` and `{a,b}`; nothing that could be slow to match. */
const PATTERN = /^[a-z0-9._\-/*?{},]{1,255}$/;

const names = v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.nonEmpty());
const pattern = v.pipe(v.string(), v.regex(PATTERN, 'must be a repository name, in which * ** ? and {a,b} may stand'));

/** One rule of the access file: who may do what in which repositories. Rights of all rules that fit add up. */
const Rule = v.strictObject({
  repositories: v.pipe(v.array(pattern), v.nonEmpty()),
  allow: v.pipe(v.array(v.picklist(RIGHTS)), v.nonEmpty()),
  /** User names of the htpasswd file; `*` is every one of them. */
  users: v.optional(names),
  /** The rule is for everybody, with credentials or without. */
  anonymous: v.optional(v.boolean()),
});

/** What stands in the access file. */
export const AccessFile = v.strictObject({
  /** Path of the htpasswd file, from the access file's folder. */
  htpasswd: v.optional(v.pipe(v.string(), v.nonEmpty())),
  rules: v.array(Rule),
});

export type Rule = v.InferOutput<typeof Rule>;

/** `**` alone means every repository; `a/**` means `a` and all below it. */
const GLOB = { dot: true, nonegate: true, noextglob: true, nobracket: true } as const;

/** A rule that is ready to be asked. */
export interface CompiledRule {
  readonly rights: ReadonlySet<Right>;
  readonly matches: (repository: string) => boolean;
  /** Whether the rule is for this caller; undefined is one without credentials. */
  readonly isFor: (user: string | undefined) => boolean;
}

/** Makes rules ready to be asked. */
export function compileRules(rules: readonly Rule[]): CompiledRule[] {
  return rules.map(({ repositories, allow, users = [], anonymous = false }) => ({
    rights: new Set(allow),
    matches: picomatch(repositories, GLOB),
    isFor: (user) => anonymous || (user !== undefined && (users.includes(user) || users.includes('*'))),
  }));
}
