import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { programs } from '../../../scripts/cluster/modules.ts';
import { registryAddress } from '../../../scripts/cluster/registry.ts';
import type { Settings } from '../../../scripts/cluster/settings.ts';
import { statePaths } from '../../../scripts/cluster/state.ts';
import { CLI, type ThawRun } from '../thaw.ts';
import { bedEnvironment, bedSettings, type RuntimeKind } from './settings.ts';

/** The test bed's own command line. */
export const CLUSTER = fileURLToPath(new URL('../../../scripts/cluster/main.ts', import.meta.url));

/** A running test bed, and a shell of a person who sits at it. */
export interface Bed {
  readonly runtime: RuntimeKind;
  readonly settings: Settings;
  /** Runs a line of bash, wants exit code 0, and gives standard output. */
  sh(line: string, input?: string): Promise<string>;
  /** Runs a line of bash and gives what it said, whatever its exit code. */
  run(line: string, input?: string): Promise<ThawRun>;
}

/**
 * One bed for all tests of a file: started when the first test asks for it, and anew for another runtime; ended after
 * the last test, and also when this process ends in whatever way.
 */
export function bedOfFile(): (runtime: RuntimeKind) => Promise<Bed> {
  let current: { runtime: RuntimeKind; started: Promise<StartedBed> } | undefined;
  const end = async () => (await current?.started.catch(() => undefined))?.end();
  test.after.always('the test bed ends', end);
  return async (runtime) => {
    if (current?.runtime !== runtime) {
      await end();
      current = { runtime, started: startBed(runtime) };
    }
    return current.started;
  };
}

interface StartedBed extends Bed {
  end(): Promise<void>;
}

/** Calls `down` when `end` is called, and also when this process ends in whatever way. */
export function downInTheEnd(runtime: RuntimeKind): { end(): Promise<void> } {
  const wait = 'trap "" HUP INT TERM; cat >/dev/null; exec "$@" down';
  const guard = spawn('sh', ['-c', wait, 'sh', process.execPath, CLUSTER], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, ...bedEnvironment(runtime) },
  });
  const ended = once(guard, 'close');
  const end = async () => {
    guard.stdin.end();
    await ended;
  };
  return { end };
}

/** Standard input closes when the test's process ends, also by SIGKILL: then `up` is cut off, and `down` follows. */
const UP_THEN_DOWN = `trap '' PIPE HUP INT TERM
exec 3<&0
"$@" up >&2 & up=$!
{ cat <&3; kill -KILL $up; } >/dev/null 2>&1 & watch=$!
wait $up; result=$?
kill -KILL $watch
[ $result = 0 ] && echo up && cat <&3 >/dev/null
exec "$@" down`;

async function startBed(runtime: RuntimeKind): Promise<StartedBed> {
  const settings = bedSettings(runtime);
  const env = bedEnvironment(runtime);
  const guard = spawn('sh', ['-c', UP_THEN_DOWN, 'sh', process.execPath, CLUSTER], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const ended = once(guard, 'close');
  const said = text(guard.stderr);
  await Promise.race([once(guard.stdout, 'data'), ended]);
  if (guard.exitCode !== null) throw new Error(`the test bed did not start:\n${await said}`);
  const end = async () => {
    guard.stdin.end();
    await ended;
    if (guard.exitCode !== 0) throw new Error(`the test bed did not end:\n${await said}`);
  };
  return { runtime, settings, ...(await shell(settings, env)), end };
}

/** thaw, kubectl and `cluster` (which is `npm run cluster --`) are there; $REGISTRY is how the host calls the registry. */
async function shell(settings: Settings, env: Readonly<Record<string, string>>): Promise<Pick<Bed, 'sh' | 'run'>> {
  const { kubectl } = await programs(settings);
  const prelude = `set -euo pipefail
thaw() { '${process.execPath}' '${CLI}' "$@"; }
cluster() { '${process.execPath}' '${CLUSTER}' "$@"; }
`;
  const variables = {
    ...env,
    PATH: `${dirname(kubectl)}:${process.env['PATH']}`,
    KUBECONFIG: statePaths(settings).kubeconfig,
    REGISTRY: registryAddress(settings),
  };
  const run = async (line: string, input = ''): Promise<ThawRun> => {
    const child = execa('bash', ['-c', `${prelude}${line}`], {
      env: variables,
      input,
      reject: false,
      timeout: 120_000,
    });
    const { exitCode, stdout, stderr } = await child;
    return { exitCode, stdout, stderr };
  };
  const sh = async (line: string, input = '') => {
    const { exitCode, stdout, stderr } = await run(line, input);
    if (exitCode !== 0) throw new Error(`${line}\nended with ${exitCode}:\n${stderr}`);
    return stdout;
  };
  return { run, sh };
}
