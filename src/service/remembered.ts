/**
 * A function whose result serves for a while. Whoever asks later gets the old one at once, and a new one is made for those
 * who come after. A failure is not remembered.
 */
export function remembered<Result>(make: () => Promise<Result>, milliseconds: number): () => Promise<Result> {
  let last: Promise<Result> | undefined;
  let freshUntil = 0;
  const renew = async (): Promise<void> => {
    freshUntil = Number.POSITIVE_INFINITY; // nobody begins another one meanwhile
    const made = make();
    last ??= made;
    try {
      await made;
      last = made;
      freshUntil = performance.now() + milliseconds;
    } catch {
      if (last === made) last = undefined;
      freshUntil = 0;
    }
  };
  return () => {
    if (performance.now() >= freshUntil) void renew();
    return last ?? make();
  };
}
