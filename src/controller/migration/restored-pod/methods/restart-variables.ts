import {
  COMMAND_VARIABLE,
  RESTART_VARIABLE,
  RESTORE_ONLY,
  type RestartChoice,
} from '../../../../checkpoint/restored-container.ts';
import { type Fields, fieldsOf, itemsOf } from '../../../../kube/fields.ts';

/** Whether a container's environment has variables that only the runtime thaw reads. */
export function hasOwnVariables(env: unknown): boolean {
  return itemsOf(env).some(isOwn);
}

/**
 * A container's environment with what the runtime thaw reads of it behind the rest: the kubelet replaces `$(NAME)` in it
 * by what stands before, as it would have in the command. A container that was restored before has its program there
 * already; one that has its image's has none, and its archive tells it.
 */
export function restartVariables(restart: RestartChoice, env: unknown, container: Fields): unknown[] | undefined {
  const others = itemsOf(env).filter((item) => !isOwn(item));
  const choice = restart === 'fail' ? [] : [{ name: RESTART_VARIABLE, value: restart }];
  const variables = [...others, ...choice, ...(restart === 'cold' ? commandVariable(env, container) : [])];
  return variables.length === 0 ? undefined : variables;
}

function commandVariable(env: unknown, { command, args }: Fields): unknown[] {
  const words = itemsOf(command);
  if (words.length > 0 && words[0] !== RESTORE_ONLY) {
    return [{ name: COMMAND_VARIABLE, value: JSON.stringify([...words, ...itemsOf(args)]) }];
  }
  return itemsOf(env).filter((item) => fieldsOf(item)['name'] === COMMAND_VARIABLE);
}

function isOwn(item: unknown): boolean {
  return [RESTART_VARIABLE, COMMAND_VARIABLE].includes(String(fieldsOf(item)['name']));
}
