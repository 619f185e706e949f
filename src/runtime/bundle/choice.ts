import {
  COMMAND_VARIABLE,
  RESTART_CHOICES,
  RESTART_VARIABLE,
  type RestartChoice,
} from '../../checkpoint/restored-container.ts';
import { ThawError } from '../../errors.ts';
import type { BundleConfig } from './config.ts';

/** `fail` unless the container's environment says `cold` or `again`. Throws CHOICE_INVALID. */
export function choiceOf(config: BundleConfig): RestartChoice {
  const text = variable(config, RESTART_VARIABLE);
  if (text === undefined || text === '') return 'fail';
  const choice = RESTART_CHOICES.find((one) => one === text);
  if (choice === undefined) throw invalid(RESTART_VARIABLE, 'is none of fail, cold and again', 'say one of them');
  return choice;
}

/** The program with its arguments that the container runs when it is not restored. Throws CHOICE_INVALID. */
export function commandOf(config: BundleConfig): readonly string[] | undefined {
  const text = variable(config, COMMAND_VARIABLE);
  if (text === undefined || text === '') return undefined;
  const command = parse(text);
  if (Array.isArray(command) && command.length > 0 && command.every((word) => typeof word === 'string')) return command;
  throw invalid(COMMAND_VARIABLE, 'is no JSON list of texts', 'write it like ["/bin/server", "--port", "80"]');
}

function variable({ process = {} }: BundleConfig, name: string): string | undefined {
  return process.env?.findLast((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(name: string, what: string, next: string): ThawError {
  return new ThawError('CHOICE_INVALID', {
    message: `the container's variable ${name} ${what}`,
    next,
    facts: { variable: name },
  });
}
