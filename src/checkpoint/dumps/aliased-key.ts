import type { TSchema } from 'typebox';

/**
 * The path of a field whose name is not one of its schema's, but that Go's encoding/json would take for one of them
 * because they differ only in case; undefined when there is none. Goes no deeper than the schema does.
 */
export function aliasedKey(schema: TSchema, value: unknown, path = ''): string | undefined {
  if (Array.isArray(value)) {
    const items = schemaAt(schema, 'items');
    return items && firstOf(value.entries(), ([index, item]) => aliasedKey(items, item, `${path}/${index}`));
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const properties = schemaAt(schema, 'properties') as Record<string, TSchema> | undefined;
  if (properties === undefined) return undefined;
  const known = new Set(Object.keys(properties).map(fold));
  return firstOf(Object.entries(value), ([key, child]) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property !== undefined) return aliasedKey(property, child, `${path}/${key}`);
    return known.has(fold(key)) ? `${path}/${key}` : undefined;
  });
}

/** Unicode's simple folding as Go does it: the long s and the Kelvin sign fold to s and k. */
function fold(key: string): string {
  return key.toUpperCase().toLowerCase();
}

function schemaAt(schema: TSchema, keyword: 'items' | 'properties'): TSchema | undefined {
  return (schema as Record<string, TSchema | undefined>)[keyword];
}

function firstOf<Item>(items: Iterable<Item>, find: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
