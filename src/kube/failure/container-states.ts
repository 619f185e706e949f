import { fieldsOf, itemsOf, textOf } from '../fields.ts';

/** How one container of a pod fares, as its status says it. */
export interface ContainerState {
  readonly name: string;
  readonly init: boolean;
  readonly kind: 'waiting' | 'running' | 'ended';
  /** Running and ready, or an init container that ended well. */
  readonly well: boolean;
  readonly reason: string;
  readonly message: string;
  /** Of the container's end now, or before it waits or runs again. */
  readonly exitCode?: number;
  /** Whether its program ever ran: a container that never started has no time of it. */
  readonly ran: boolean;
  readonly restarts: number;
  /** What the last state said, where the container was started again. */
  readonly before?: { readonly reason: string; readonly message: string };
}

/** The states of a pod's containers, in the pod's order; of one without a status `waiting`. Never throws. */
export function containerStates(pod: unknown): ContainerState[] {
  const { spec, status } = fieldsOf(pod);
  const { containerStatuses, initContainerStatuses } = fieldsOf(status);
  const inits = itemsOf(fieldsOf(spec)['initContainers']);
  return [
    ...inits.map((container) => stateOf(container, itemsOf(initContainerStatuses), true)),
    ...itemsOf(fieldsOf(spec)['containers']).map((container) => stateOf(container, itemsOf(containerStatuses), false)),
  ];
}

function stateOf(container: unknown, statuses: readonly unknown[], init: boolean): ContainerState {
  const name = textOf(fieldsOf(container)['name']);
  const status = fieldsOf(statuses.find((one) => fieldsOf(one)['name'] === name));
  const state = fieldsOf(status['state']);
  const ended = fieldsOf(state['terminated']);
  const before = fieldsOf(fieldsOf(status['lastState'])['terminated']);
  const kind = state['terminated'] ? 'ended' : state['running'] ? 'running' : 'waiting';
  const said = fieldsOf(kind === 'ended' ? ended : state['waiting']);
  const exitCode = ended['exitCode'] ?? before['exitCode'];
  return {
    name,
    init,
    kind,
    well: kind === 'running' ? status['ready'] !== false || init : kind === 'ended' && ended['exitCode'] === 0,
    reason: textOf(said['reason']),
    message: textOf(said['message']),
    ...(typeof exitCode === 'number' ? { exitCode } : {}),
    ran: kind === 'running' || started(ended) || started(before),
    restarts: Number(status['restartCount']) || 0,
    ...(textOf(before['reason'])
      ? { before: { reason: textOf(before['reason']), message: textOf(before['message']) } }
      : {}),
  };
}

/** A container that could not start is said to have started in 1970, or not at all. */
function started({ startedAt }: { readonly [field: string]: unknown }): boolean {
  const time = startedAt instanceof Date ? startedAt.getTime() : Date.parse(textOf(startedAt));
  return time > 0;
}
