import type { GenericSchema, ObjectEntries } from 'valibot';

/**
 * The path of a field whose name is not one of its schema's, but that Go's encoding/json would take for one of them
 * because they differ only in case; undefined when there is none. Goes no deeper than the schema does.
 */
export function aliasedKey(schema: GenericSchema, value: unknown, path = ''): string | undefined {
  const shape = shapeOf(schema);
  if (Array.isArray(value)) {
    const { item } = shape;
    return item && firstOf(value.entries(), ([index, child]) => aliasedKey(item, child, `${path}/${index}`));
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { entries } = shape;
  if (entries === undefined) return undefined;
  const known = new Set(Object.keys(entries).map(fold));
  return firstOf(Object.entries(value), ([key, child]) => {
    const entry = Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (entry !== undefined) return aliasedKey(entry, child, `${path}/${key}`);
    return known.has(fold(key)) ? `${path}/${key}` : undefined;
  });
}

interface Shape {
  readonly item?: GenericSchema;
  readonly entries?: ObjectEntries;
}

/** The list or object schema under the optionals and pipes that valibot wraps around it. */
function shapeOf(schema: GenericSchema): Shape {
  if ('wrapped' in schema) return shapeOf(schema.wrapped as GenericSchema);
  if ('item' in schema || 'entries' in schema) return schema as Shape;
  const last = 'pipe' in schema ? (schema.pipe as readonly GenericSchema[]).at(-1) : undefined;
  return last === undefined ? {} : shapeOf(last);
}

/** Unicode's simple folding as Go does it: the long s and the Kelvin sign fold to s and k. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}

function firstOf<Item>(items: Iterable<Item>, find: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
