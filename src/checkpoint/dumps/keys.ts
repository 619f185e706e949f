/**
 * How many fields the objects of a parsed JSON value have in all. On the way fields that are null are taken out. Walks
 * with a stack of its own: a hostile text can be nested deeper than the call stack goes.
 */
export function countKeys(root: unknown): number {
  const stack = [root];
  let count = 0;
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) count += Object.keys(value).length;
    pushChildren(stack, value);
  }
  return count;
}

function pushChildren(stack: unknown[], parent: object): void {
  for (const [key, child] of Object.entries(parent)) {
    if (child === null && !Array.isArray(parent)) Reflect.deleteProperty(parent, key);
    if (typeof child === 'object' && child !== null) stack.push(child);
  }
}

/** How many fields a JSON text writes down: its strings that are followed by a colon. The text must be JSON. */
export function countWrittenKeys(text: string): number {
  let count = 0;
  for (let quote = text.indexOf('"'); quote >= 0; ) {
    const end = endOfString(text, quote + 1);
    if (isFollowedByColon(text, end)) count += 1;
    quote = text.indexOf('"', end);
  }
  return count;
}

/** Offset behind the quote that closes the string that begins at `from`. */
function endOfString(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (/\s/.test(text.charAt(at))) at += 1;
  return text.charAt(at) === ':';
}
