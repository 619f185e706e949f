/**
 * Where a text stops being JSON: the offset, in characters, of the first one that cannot stand there; the text's length
 * when it only ends too early. V8 tells the position for some errors, and for the others quotes the text instead.
 */
export function errorPosition(text: string): number {
  return failure(text) ?? bisect(text);
}

/** Offset of the error as V8 tells it; undefined when it tells none. */
function failure(text: string): number | undefined {
  try {
    JSON.parse(text);
    return text.length;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (message.startsWith('Unexpected end')) return text.length;
    const position = /at position (\d+)/.exec(message)?.[1];
    return position === undefined ? undefined : Number(position);
  }
}

/** Whatever stands behind the error, a beginning of the text is broken as soon as it holds the error. */
function bisect(text: string): number {
  let whole = 0;
  let broken = text.length;
  while (broken - whole > 1) {
    const middle = (whole + broken) >>> 1;
    if ((failure(text.slice(0, middle)) ?? -1) < middle) broken = middle;
    else whole = middle;
  }
  return broken - 1;
}
