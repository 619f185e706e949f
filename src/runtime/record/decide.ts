import type { RestartChoice } from '../../checkpoint/restored-container.ts';
import { ThawError } from '../../errors.ts';
import type { Found } from './read.ts';
import type { RecordKey, RestoreRecord } from './record.ts';

/** What a restore is decided by. */
export interface Question {
  readonly key: RecordKey;
  /** The fingerprint of the checkpoint. */
  readonly checkpoint: string;
  readonly choice: RestartChoice;
  /** The records of this node. */
  readonly records: readonly Found[];
}

/**
 * Whether a container is restored or starts cold. What was restored, or may have been, is restored again only where the
 * pod says `again`; the same container of the same pod starts cold where it says `cold`. Another pod's checkpoint is
 * nobody's to start cold: then two would be at work. Throws RESTORED_BEFORE.
 */
export function decide({ key, checkpoint, choice, records }: Question): 'restore' | 'cold' {
  if (choice === 'again') return 'restore';
  const used = records.filter(({ record }) => record.state !== 'failed');
  const own = used.find((each) => isSame(each.key, key));
  if (own !== undefined && choice === 'cold') return 'cold';
  if (own !== undefined)
    throw usedUp(
      own.record,
      'this container',
      'let a new pod be made of a new checkpoint, or set THAW_RESTART=cold in the container for a cold start',
    );
  const other = used.find(({ record }) => record.checkpoint === checkpoint);
  if (other === undefined) return 'restore';
  const { pod, container } = other.record;
  throw usedUp(
    other.record,
    `container ${container} of pod ${pod} (UID ${other.key.uid})`,
    'delete that pod first, or set THAW_RESTART=again in the container where two copies of one process may be',
  );
}

function isSame(a: RecordKey, b: RecordKey): boolean {
  return a.uid === b.uid && a.container === b.container;
}

function usedUp({ state, at, pod, container }: RestoreRecord, who: string, next: string): ThawError {
  const what = state === 'begun' ? 'began to be restored and was interrupted' : 'was restored';
  return new ThawError('RESTORED_BEFORE', {
    message: `the checkpoint ${what} on this node before, as ${who}, at ${at}`,
    next,
    facts: { state, at, pod, container },
  });
}
