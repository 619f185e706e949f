import type { Settings } from '../../../scripts/cluster/settings.ts';
import type { Compression } from '../../../src/oci/media-types.ts';
import { byHand } from './by-hand.ts';
import { byRegistry, type Way } from './by-registry.ts';
import type { Frozen } from './frozen.ts';
import type { Seconds } from './phases.ts';
import { reasonOf } from './reason.ts';
import { LEAST, type Measured } from './report.ts';
import type { Row } from './samples.ts';

/** A way from an archive to a running process. */
export interface Case {
  readonly name: string;
  readonly once: (bed: Settings, frozen: Frozen) => Promise<Seconds>;
}

/** Both kinds of layers with each of these compressions. */
export function waysOf(compressions: readonly Compression[]): Way[] {
  const layers = ['single', 'split'] as const;
  return layers.flatMap((kind) => compressions.map((compression) => ({ layers: kind, compression })));
}

/** The least that is possible, then these ways through the registry. */
export function casesOf(ways: readonly Way[]): Case[] {
  const byWay = ways.map((way) => ({
    name: `${way.layers}, ${way.compression}`,
    once: (bed: Settings, frozen: Frozen) => byRegistry(bed, frozen, way),
  }));
  return [{ name: LEAST, once: byHand }, ...byWay];
}

/**
 * All rounds of one archive, the cases by turns: the first round from the last to the first, since the pods bring the base
 * image that a restore by hand wants, and every other one the other way round.
 */
export async function measure(
  bed: Settings,
  frozen: Frozen,
  cases: readonly Case[],
  rounds: number,
): Promise<Measured> {
  const rows = new Map<string, Row>(cases.map(({ name }) => [name, { name, samples: [] }]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, once } of round % 2 === 0 ? cases.toReversed() : cases) {
      const row = rows.get(name);
      if (row !== undefined && row.failure === undefined) rows.set(name, await another(row, () => once(bed, frozen)));
    }
  }
  return { mebibytes: frozen.mebibytes, rows: [...rows.values()] };
}

async function another(row: Row, once: () => Promise<Seconds>): Promise<Row> {
  try {
    return { ...row, samples: [...row.samples, await once()] };
  } catch (error) {
    return { ...row, failure: reasonOf(error) };
  }
}
