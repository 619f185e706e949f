/**
 * Puts facts into a text's placeholders: `{{path}}`, or `{{path|a file}}` with the words for where the path is not known.
 * Without words a missing fact shows its own name in angle brackets, as in a table of all failures.
 */
export function fill(text: string, facts: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\{\{(\w+)(?:\|([^}]*))?\}\}/g, (_, name: string, words: string | undefined) => {
    const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
    return fact ? fact : (words ?? `<${name}>`);
  });
}
