/**
 * A text from outside as one harmless piece of a line: control characters, which could move a terminal's cursor or
 * pretend to be another line, are shown as escapes. Names in archives are whatever somebody put there.
 */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
