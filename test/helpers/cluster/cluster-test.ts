import test, { type ExecutionContext } from 'ava';
import { type Peer, peerTest } from '../peer.ts';
import { type Bed, bedOfFile } from './bed.ts';
import type { Method } from './journey.ts';
import { BED } from './peers.ts';
import { type RuntimeKind, runtimes } from './settings.ts';

/** One of the ways in which every test on the bed is run. */
export interface Way {
  readonly runtime: RuntimeKind;
  readonly method: Method;
  /** A test on a bed of that runtime, which it shares with the other tests of its file, one after the other. */
  test(title: string, implementation: (t: ExecutionContext, bed: Bed) => Promise<void>, peers?: readonly Peer[]): void;
}

/** Where peers are required the first test waits for their build, which takes 10 minutes on two cores that do nothing else. */
const MINUTES_TO_START = process.env['THAW_REQUIRE_PEERS'] === '1' ? 40 : 3;
const MINUTES = 3;

/** Every runtime with every method. A test file calls it once. */
export function ways(): Way[] {
  const bedOf = bedOfFile();
  return runtimes().map((runtime) => ({
    runtime,
    method: 'image',
    test: (title, implementation, peers = []) =>
      peerTest(
        [...BED, ...peers],
        `${runtime}: ${title}`,
        async (t) => {
          t.timeout(MINUTES_TO_START * 60_000);
          const bed = await bedOf(runtime);
          t.timeout(MINUTES * 60_000);
          await implementation(t, bed);
        },
        test.serial,
      ),
  }));
}
