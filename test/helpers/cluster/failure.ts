import type { ExecutionContext } from 'ava';
import { waitFor } from '../../../scripts/cluster/wait.ts';
import type { Bed } from './bed.ts';

/** What a user sees of a pod that was not restored. */
export interface Failure {
  /** Of the container's state: reason and message. */
  readonly state: RegExp;
  /** One of the pod's events: reason and message. */
  readonly event: RegExp;
  /** `thaw explain` says what it means ... */
  readonly means: RegExp;
  /** ... and what to change. */
  readonly change: RegExp;
}

/** Waits for a pod's failure, and shows that its state, its events and `thaw explain` say what they should. */
export async function failsWith(
  t: ExecutionContext,
  bed: Bed,
  pod: string,
  { state, event, means, change }: Failure,
  log?: string,
): Promise<void> {
  await comes(`the state of ${pod} to say ${state}`, state, () => stateOf(bed, pod));
  await comes(`an event of ${pod} to say ${event}`, event, () => eventsOf(bed, pod));
  const explain = `thaw explain ${pod} --registry $REGISTRY --plain-http`;
  const said = await bed.sh(log === undefined ? explain : `${log} | ${explain} --log -`);
  t.regex(said, new RegExp(`^  means {3}.*(?:${means.source})`, 'm'));
  t.regex(said, new RegExp(`^  change  .*(?:${change.source})`, 'm'));
}

async function comes(what: string, wanted: RegExp, look: () => Promise<string>): Promise<void> {
  let found = '';
  const isSo = async () => {
    found = await look();
    return wanted.test(found);
  };
  await waitFor(what, 60, isSo, () => `it says:\n${found}`);
}

async function stateOf(bed: Bed, pod: string): Promise<string> {
  const { stdout } = await bed.run(`kubectl get pod ${pod} -o json`);
  const { status = {} } = JSON.parse(stdout || '{}');
  const [{ state = {} } = {}] = status.containerStatuses ?? [];
  const [name = '', { reason = '', message = '' } = {}] = Object.entries<Words>(state)[0] ?? [];
  return `${status.phase} ${name} ${reason}: ${message}`;
}

interface Words {
  readonly reason?: string;
  readonly message?: string;
}

async function eventsOf(bed: Bed, pod: string): Promise<string> {
  const columns = '{range .items[*]}{.reason}: {.message}{"\\n"}{end}';
  return bed.sh(`kubectl get events --field-selector involvedObject.name=${pod} -o jsonpath='${columns}'`);
}
