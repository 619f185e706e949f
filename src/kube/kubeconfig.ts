import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { ThawError } from '../errors.ts';

/** Where the way into a cluster is written down. */
export interface KubeConfigOptions {
  /** A kubeconfig file; left out: as kubectl finds them, or the service account of the pod that this runs in. */
  readonly kubeconfig?: string | undefined;
  /** A context of it; left out: its current one. */
  readonly context?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the kubeconfig files as kubectl does: those that KUBECONFIG lists, where the first to name something counts, or
 * ~/.kube/config; in a pod its service account. Throws KUBECONFIG_INVALID. Loads the Kubernetes client, which takes
 * a while: only for commands that talk to a cluster.
 */
export async function loadKubeConfig(options: KubeConfigOptions): Promise<KubeConfig> {
  const { KubeConfig: Config } = await import('@kubernetes/client-node');
  const config = new Config();
  const files = await filesOf(options);
  if (files.length === 0) fromServiceAccount(config, options);
  for (const file of files) readInto(config, file, new Config());
  chooseContext(config, options.context, files);
  return config;
}

async function filesOf({ kubeconfig, env }: KubeConfigOptions): Promise<string[]> {
  if (kubeconfig !== undefined) return [kubeconfig];
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean);
  const looked = listed.length > 0 ? listed : [join(env['HOME'] || homedir(), '.kube', 'config')];
  const there = await Promise.all(looked.map((file) => isThere(file)));
  const found = looked.filter((_, at) => there[at]);
  if (found.length === 0 && listed.length > 0) throw noFile(listed);
  return found;
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function fromServiceAccount(config: KubeConfig, { env }: KubeConfigOptions): void {
  if (!env['KUBERNETES_SERVICE_HOST']) throw noFile([join(env['HOME'] || homedir(), '.kube', 'config')]);
  config.loadFromCluster();
}

function readInto(config: KubeConfig, file: string, read: KubeConfig): void {
  try {
    read.loadFromFile(file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause);
    throw invalid(`${file} cannot be read as a kubeconfig: ${why}`, { file }, cause);
  }
  config.clusters = firstOfName(config.clusters, read.clusters);
  config.users = firstOfName(config.users, read.users);
  config.contexts = firstOfName(config.contexts, read.contexts);
  config.currentContext ||= read.currentContext;
}

function firstOfName<Named extends { readonly name: string }>(
  before: readonly Named[],
  more: readonly Named[],
): Named[] {
  return [...before, ...more.filter(({ name }) => !before.some((one) => one.name === name))];
}

function chooseContext(config: KubeConfig, wanted: string | undefined, files: readonly string[]): void {
  const name = wanted ?? config.currentContext;
  const contexts = config.contexts.map((context) => context.name);
  const origin = files.join(', ');
  if (!name) throw invalid(`${origin} names no current context`, { files, contexts });
  if (!contexts.includes(name)) throw invalid(`${origin} has no context ${name}`, { files, contexts, context: name });
  config.setCurrentContext(name);
  if (config.getCurrentCluster() === null) {
    throw invalid(`context ${name} names a cluster that ${origin} does not have`, { files, context: name });
  }
}

function noFile(files: readonly string[]): ThawError {
  return new ThawError('KUBECONFIG_INVALID', {
    message: `there is no kubeconfig: looked for ${files.join(', ')}`,
    next: 'give one with --kubeconfig <file> or KUBECONFIG',
    facts: { files },
  });
}

function invalid(
  message: string,
  facts: Readonly<Record<string, string | readonly string[]>>,
  cause?: unknown,
): ThawError {
  const next = 'check the file, or give another one (--kubeconfig) or another context of it (--context)';
  return new ThawError('KUBECONFIG_INVALID', { message, next, facts, cause });
}
