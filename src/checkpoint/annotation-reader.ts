import { notCheckpoint } from './annotations.ts';

/** Typed values out of a manifest's annotations. Every method throws IMAGE_NOT_CHECKPOINT with the annotation's name. */
export class AnnotationReader {
  readonly #annotations: Readonly<Record<string, string>>;

  constructor(annotations: Readonly<Record<string, string>>) {
    this.#annotations = annotations;
  }

  has(annotation: string): boolean {
    return Object.hasOwn(this.#annotations, annotation);
  }

  text(annotation: string): string {
    const value = this.has(annotation) ? this.#annotations[annotation] : undefined;
    if (value === undefined) throw notCheckpoint(`it has no annotation ${annotation}`, { annotation });
    return value;
  }

  /** `{ [key]: value }`, or nothing where the annotation is missing. */
  optional<Key extends string>(key: Key, annotation: string): { readonly [name in Key]?: string } {
    return (this.has(annotation) ? { [key]: this.text(annotation) } : {}) as { readonly [name in Key]?: string };
  }

  /** A whole number from 0 to 2^53 - 1. */
  count(annotation: string): number {
    const text = this.text(annotation);
    const count = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(count)) throw notCheckpoint(`its annotation ${annotation} is no number`, { annotation });
    return count;
  }

  oneOf<const Value extends string>(annotation: string, values: readonly Value[]): Value {
    const text = this.text(annotation);
    const found = values.find((value) => value === text);
    if (found !== undefined) return found;
    throw notCheckpoint(`its annotation ${annotation} is none of ${values.join(', ')}`, { annotation });
  }
}
