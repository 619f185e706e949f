import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again and again until what is found is what is wanted, and gives it; ava's time limit ends a wait in vain. */
export async function until<Found>(
  look: () => Promise<Found> | Found,
  wanted: (found: Found) => boolean,
): Promise<Found> {
  for (;;) {
    const found = await look();
    if (wanted(found)) return found;
    await sleep(10);
  }
}
