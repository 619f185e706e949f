/** A challenge of a WWW-Authenticate header, RFC 9110 section 11.6.1. */
export interface Challenge {
  /** In lower case: `basic`, `bearer`, ... */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** `name=token` or `name="quoted \" text"`, with the comma before it. */
const PARAMETER = new RegExp(`[\\s,]*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]+))`, 'y');
/** `Scheme `, not followed by `=`. */
const SCHEME = new RegExp(`[\\s,]*(${TOKEN})(?=[\\s,]|$)(?!\\s*=)`, 'y');

/** Reads the values of WWW-Authenticate headers; each may hold several challenges. What cannot be read ends its value. */
export function parseChallenges(values: readonly string[]): Challenge[] {
  return values.flatMap(parseValue);
}

function parseValue(value: string): Challenge[] {
  const challenges: Challenge[] = [];
  let position = 0;
  for (;;) {
    const scheme = matchAt(SCHEME, value, position);
    if (scheme === undefined) return challenges;
    const { parameters, end } = parseParameters(value, scheme.end);
    challenges.push({ scheme: (scheme.groups[0] ?? '').toLowerCase(), parameters });
    position = end;
  }
}

function parseParameters(value: string, start: number): { parameters: Map<string, string>; end: number } {
  const parameters = new Map<string, string>();
  let end = start;
  for (;;) {
    const found = matchAt(PARAMETER, value, end);
    if (found === undefined) return { parameters, end };
    const [name = '', quoted, plain = ''] = found.groups;
    parameters.set(name.toLowerCase(), quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1'));
    end = found.end;
  }
}

function matchAt(pattern: RegExp, text: string, position: number) {
  pattern.lastIndex = position;
  const match = pattern.exec(text);
  return match === null ? undefined : { groups: match.slice(1), end: pattern.lastIndex };
}
