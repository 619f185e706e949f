import { execa } from 'execa';
import { programs } from './modules.ts';
import type { Settings } from './settings.ts';
import { statePaths } from './state.ts';

/** How kubectl is called. */
export interface KubectlOptions {
  /** What is on standard input. */
  readonly input?: string;
  /** false: a failure is an answer too. */
  readonly reject?: boolean;
}

/** What kubectl said. */
export interface KubectlResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls the bed's own kubectl as the bed's administrator. */
export async function kubectl(
  settings: Settings,
  args: readonly string[],
  { input = '', reject = true }: KubectlOptions = {},
): Promise<KubectlResult> {
  const { kubectl: program } = await programs(settings);
  const env = { KUBECONFIG: statePaths(settings).kubeconfig };
  const { exitCode, stdout, stderr } = await execa(program, args, { env, input, reject });
  return { exitCode, stdout, stderr };
}
