import { ExecaError } from 'execa';

/** Why something failed, in one line: an error's message, or the last words of the program that failed. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof ExecaError)) return oneLine(error instanceof Error ? error.message : String(error));
  const said = [error.stderr, error.stdout].flatMap((text) => `${text ?? ''}`.trim().split('\n').slice(-1));
  return said.find((line) => line !== '') ?? oneLine(error.shortMessage);
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
