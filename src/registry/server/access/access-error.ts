import { ThawError } from '../../../errors.ts';

/** Where in a file something is wrong. */
export interface Place {
  readonly file: string;
  /** From 1 on; 0 where no line can be named. */
  readonly line: number;
  /** `rules[0].allow[1]`; empty for the whole file. */
  readonly field?: string;
}

/** An ACCESS_INVALID: which file, line and field, and what is wrong there. Never quotes a password or a hash. */
export function accessInvalid({ file, line, field = '' }: Place, what: string, cause?: unknown): ThawError {
  const place = [file, ...(line > 0 ? [`line ${line}`] : []), ...(field === '' ? [] : [field])].join(', ');
  return new ThawError('ACCESS_INVALID', {
    message: `${place}: ${what}`,
    next: 'correct that line; docs/registry.md, "Access", shows what the files hold',
    facts: { file, line, field, what },
    ...(cause === undefined ? {} : { cause }),
  });
}
