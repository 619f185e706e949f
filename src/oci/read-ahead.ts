/**
 * The same items, but the next one is already being made while one is being used: reading goes on beside hashing, and
 * hashing beside sending. Whoever leaves early still waits for the item that is on its way, and the source is closed.
 */
export async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
  const iterator = items[Symbol.asyncIterator]();
  let next = heldBack(iterator.next());
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = heldBack(iterator.next());
      yield value;
    }
  } finally {
    await next.catch(() => undefined);
    await iterator.return?.();
  }
}

/** A promise whose failure is looked at later, or never. */
function heldBack<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
