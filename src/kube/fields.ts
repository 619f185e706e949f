/** A Kubernetes object, or a part of one, before anybody has looked at its shape. */
export type Fields = { readonly [field: string]: unknown };

/** Whether a value is an object with fields: no list, no null. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields of an object; of anything else none. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The items of a list; of anything else none. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text; of anything else the empty one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
