import type { ErrorCode, Fact } from '../../errors.ts';

/** Something in an archive that breaks a rule: what an error of that code would say. */
export interface Finding {
  readonly code: ErrorCode;
  /** One sentence without a full stop: what was wanted and what was found. */
  readonly message: string;
  /** One sentence without a full stop, in the imperative. */
  readonly next: string;
  readonly facts: Readonly<Record<string, Fact>>;
}

/** Findings that one rule reports; a hostile archive may break it a million times. */
export const MAX_FINDINGS = 100;

/** A name from an archive as a message may show it: control characters escaped, quoted, and not endless. */
export function quote(name: string): string {
  const text = JSON.stringify(name).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escapeCharacter);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}..."` : text;
}

const LONGEST = 200;

function escapeCharacter(character: string): string {
  return character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
