import type { Fields } from '../../../kube/fields.ts';
import type { Added, Restore } from './restore.ts';
import type { At, Decision, Row, Walked } from './rules/row.ts';

/** Any field that no row names: it is newer than this table, and what it would do to a restore is not known. */
const UNKNOWN: Row = {
  field: '*',
  outcome: 'dropped',
  reason: 'thaw does not know this field, nor what it would do to a restore',
  note: ({ path }) => `${path} is dropped: thaw does not know this field`,
};

/** Where a walk is: the object, and how a field of it is written in a path. */
export interface Place {
  readonly restore: Restore;
  readonly path: (key: string) => string;
}

/** Carries an object's fields over, row by row, in the order of the rows. */
export function walkFields(rows: readonly Row[], fields: Fields, { restore, path }: Place): Walked<Fields> {
  const named = rows.map(({ field }) => field).filter((field) => !field.endsWith('*'));
  const keys = [...new Set([...named, ...Object.keys(fields)])];
  const steps = keys.map((key) => {
    const at = { restore, key, path: path(key), was: fields[key] ?? undefined, within: fields };
    return { key, ...decide(rows, at) };
  });
  const kept = steps.filter(({ value }) => value !== undefined).map(({ key, value }) => [key, value] as const);
  return { value: kept.length === 0 ? undefined : Object.fromEntries(kept), ...gather(steps) };
}

/** Carries a list over item by item, in its own order, and appends what is added. `within` is whose list it is. */
export function walkList<T>(
  rows: readonly Row[],
  items: readonly T[],
  { restore, path, within, keyOf }: Place & { within: Fields; keyOf: (item: T) => string },
  added: readonly Added<T>[] = [],
): Walked<readonly unknown[]> {
  const steps = items.map((was) => {
    const key = keyOf(was);
    return decide(rows, { restore, key, path: path(key), was, within });
  });
  const news = added.map(({ item, reason, note }) => ({
    value: item,
    decisions: [{ field: path(keyOf(item)), outcome: 'set' as const, reason }],
    notes: note === undefined ? [] : [note],
  }));
  const all = [...steps, ...news];
  const values = all.map(({ value }) => value).filter((value) => value !== undefined);
  return { value: values.length === 0 ? undefined : values, ...gather(all) };
}

function decide(rows: readonly Row[], at: At): Walked {
  const row = rows.find((each) => fits(each, at)) ?? UNKNOWN;
  const { value, decisions, notes } = apply(row, at);
  const note = at.was === undefined ? undefined : row.note?.(at);
  return { value, decisions, notes: note === undefined ? notes : [note, ...notes] };
}

function fits({ field, when }: Row, at: At): boolean {
  const named = field.endsWith('*') ? at.key.startsWith(field.slice(0, -1)) : at.key === field;
  return named && (when === undefined || when(at));
}

function apply(row: Row, at: At): Walked {
  if (row.outcome === 'kept' && row.inside !== undefined) return row.inside(at);
  const value = newValue(row, at);
  const untouched = value === undefined && at.was === undefined;
  return { value, decisions: untouched ? [] : [decision(row, at)], notes: [] };
}

function newValue({ outcome, value }: Row, at: At): unknown {
  if (outcome === 'dropped') return undefined;
  return outcome === 'kept' ? at.was : value?.(at);
}

function decision({ outcome, reason }: Row, { path }: At): Decision {
  return { field: path, outcome, reason };
}

function gather(steps: readonly Walked[]): Omit<Walked, 'value'> {
  return {
    decisions: steps.flatMap(({ decisions }) => decisions),
    notes: steps.flatMap(({ notes }) => notes),
  };
}
