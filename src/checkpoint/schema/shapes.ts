import * as v from 'valibot';

/**
 * An object with these fields, and any others. valibot's own takes a list for an object, and JSON's readers in Go do not.
 * For JSON Schema convert it with `typeMode: 'output'`.
 */
export function object<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(v.custom<object>(isObject, 'must be object'), v.object(entries));
}

/** An object whose fields all are texts, as labels and annotations are. */
export function textMap() {
  return v.pipe(
    v.custom<object>(isObject, 'must be object'),
    v.check(hasTextInSkippedKeys, 'must be object of strings'),
    v.record(v.string(), v.string()),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** valibot's record does not look at these keys. */
const SKIPPED_KEYS = ['__proto__', 'prototype', 'constructor'];

function hasTextInSkippedKeys(map: object): boolean {
  return Object.entries(map).every(([key, value]) => !SKIPPED_KEYS.includes(key) || typeof value === 'string');
}
