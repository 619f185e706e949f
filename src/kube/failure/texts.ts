import type { FailureText } from '../../checkpoint/failures/failure.ts';
import { type Fields, fieldsOf, itemsOf, textOf } from '../fields.ts';
import type { ContainerState } from './container-states.ts';

/** Events that say nothing of a failure, whatever they say. */
const ORDINARY = new Set(['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started', 'Killing']);

/** Events that count although they are no warnings. */
const TELLING = new Set(['BackOff', 'SuccessfulDelete']);

/** What was said of one container: its states, then the events that name it. Each text once. */
export function containerTexts(state: ContainerState, events: readonly unknown[]): FailureText[] {
  const states = [state, ...(state.before === undefined ? [] : [state.before])]
    .filter(({ message }) => message !== '')
    .map(({ reason, message }): FailureText => ({ origin: 'status', reason, text: message }));
  return once([...states, ...eventTexts(events, (path) => path.endsWith(`{${state.name}}`))]);
}

/** What status and events say of the pod as a whole: volumes, its sandbox, its place. Each text once. */
export function podTexts(pod: unknown, events: readonly unknown[]): FailureText[] {
  const status = fieldsOf(fieldsOf(pod)['status']);
  const conditions = itemsOf(status['conditions']).map(fieldsOf);
  const said = [status, ...conditions.filter(({ reason }) => reason === 'Unschedulable')];
  const states = said
    .filter(({ message }) => textOf(message) !== '')
    .map(({ reason, message }): FailureText => ({ origin: 'status', reason: textOf(reason), text: textOf(message) }));
  return once([...states, ...eventTexts(events, (path) => path === '')]);
}

function eventTexts(events: readonly unknown[], wanted: (fieldPath: string) => boolean): FailureText[] {
  return events
    .map(fieldsOf)
    .filter((event) => isTrouble(event) && wanted(pathOf(event)))
    .map(({ reason, message }): FailureText => ({ origin: 'event', reason: textOf(reason), text: textOf(message) }));
}

function isTrouble({ type, reason, message }: Fields): boolean {
  if (textOf(message) === '') return false;
  return type === 'Warning' || TELLING.has(textOf(reason)) || (type === undefined && !ORDINARY.has(textOf(reason)));
}

function pathOf({ involvedObject, regarding }: Fields): string {
  const { fieldPath } = fieldsOf(involvedObject ?? regarding);
  return textOf(fieldPath);
}

/** Events say again what the status says, with `Error: ` in front: those are left out, as are repetitions. */
function once(texts: readonly FailureText[]): FailureText[] {
  const seen = new Set<string>();
  return texts.filter(({ text }) => {
    const bare = text.replace(/^Error: /, '');
    if (seen.has(bare)) return false;
    seen.add(bare);
    return true;
  });
}
