/** JSON.parse's reviver gets the source text of a number, and JSON.rawJSON writes it again (ECMAScript 2026). */
type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;
const { parse, rawJSON } = JSON as unknown as {
  parse: (text: string, reviver: Reviver) => unknown;
  rawJSON: (text: string) => unknown;
};

/**
 * Parses JSON so that JSON.stringify writes every number again as it was: a limit of 2^64 - 1, which means "none" and
 * which Go reads into 64 bits, has no double. Such numbers are opaque objects. Throws SyntaxError.
 */
export function parseExact(text: string): unknown {
  return parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value,
  );
}
