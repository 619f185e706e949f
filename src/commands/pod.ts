import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { RESTART_CHOICES, type RestartChoice } from '../checkpoint/restored-container.ts';
import { fromMetadata, type RestoreCheckpoint } from '../controller/migration/restored-pod/checkpoint.ts';
import { METHODS, type MethodName } from '../controller/migration/restored-pod/methods/methods.ts';
import { errnoOf, ThawError } from '../errors.ts';
import { type Context, runAction } from './action.ts';
import type { Io } from './io.ts';
import {
  addOutputOptions,
  addRegistryOptions,
  DEFAULT_REPOSITORY,
  examples,
  type OutputOptions,
  type RegistryOptions,
} from './options.ts';
import { pullName } from './pod-image.ts';
import { podManifest } from './pod-manifest.ts';
import { readImageOf } from './pod-source.ts';
import { readSubject } from './subject.ts';

interface PodOptions extends OutputOptions, RegistryOptions {
  readonly to: string;
  readonly pullFrom?: string;
  readonly from?: string;
  readonly node?: string;
  readonly method: MethodName;
  readonly restart: RestartChoice;
  readonly name?: string;
  readonly volume?: readonly string[];
  readonly labels?: 'keep';
  readonly initContainers?: 'keep';
  readonly explain?: boolean;
}

/** Adds `thaw pod`. */
export function addPod(program: Command, io: Io): void {
  const command = program
    .command('pod')
    .description('print the pod that wakes checkpoints up, ready for kubectl apply -f -')
    .argument('<archive|reference...>', 'one checkpoint for each container: an image, or a converted archive')
    .option('--from <pod.yaml>', 'the source pod, as kubectl get pod -o yaml prints it; - for standard input')
    .option('--node <name>', 'the target node')
    .addOption(
      new Option(
        '--method <name>',
        "image: the node's own runtime restores; runtime: thaw's does, on nodes of any (thaw node install)",
      )
        .choices(Object.keys(METHODS))
        .default('image'),
    )
    .addOption(
      new Option(
        '--restart <how>',
        'when a restored container starts once more: fail, start the base image cold, or restore again (--method runtime)',
      )
        .choices(RESTART_CHOICES)
        .default('fail'),
    )
    .option('--name <name>', 'name of the restored pod (default: <pod>-restored)')
    .option(
      '--volume <path=kind>',
      'what is behind a required mount: /data=emptyDir | pvc:<name> | configMap:<name> | secret:<name> | hostPath:<path>',
      collect,
    )
    .addOption(new Option('--labels <what>', 'keep the labels of a pod that has an owner').choices(['keep']))
    .addOption(new Option('--init-containers <what>', 'let the init containers run again').choices(['keep']))
    .option('--to <reference>', 'the repository that the archives were converted into', DEFAULT_REPOSITORY)
    .option('--pull-from <reference>', 'what the nodes call the repository, <host>/<repository>')
    .option('--explain', 'say of every field whether it is kept, dropped or set, and why');
  addOutputOptions(addRegistryOptions(command, io))
    .addHelpText(
      'after',
      examples(
        [
          'kubectl get pod web-0 -o yaml | thaw pod web.tar cache.tar --from - --node node-b | kubectl apply -f -',
          'From the pod that was checkpointed',
        ],
        [
          'thaw pod checkpoint-registry.local/checkpoints:web-1 --node node-b --volume /data=pvc:web-data',
          'From what the image alone tells',
        ],
      ),
    )
    .action((subjects: string[], options: PodOptions) =>
      runAction(io, options, (context) => printPod(subjects, options, context)),
    );
}

async function printPod(subjects: readonly string[], options: PodOptions, context: Context): Promise<void> {
  const { io, output } = context;
  const checkpoints: RestoreCheckpoint[] = [];
  for (const subject of subjects) checkpoints.push(await readCheckpoint(subject, options, context));
  const { from, node, name, volume, labels, initContainers, method, restart } = options;
  const manifest = podManifest({
    checkpoints,
    method,
    restart,
    ...(from === undefined
      ? {}
      : { from: { text: await readText(from, io), origin: from === '-' ? 'standard input' : from } }),
    ...(node === undefined ? {} : { node }),
    ...(name === undefined ? {} : { name }),
    ...(volume === undefined ? {} : { volume }),
    ...(labels === undefined ? {} : { labels }),
    ...(initContainers === undefined ? {} : { initContainers }),
    now: new Date(),
  });
  if (options.explain && !output.json) io.stderr.write(`${manifest.explain}\n`);
  for (const note of manifest.notes) output.note(`thaw: ${note}`);
  output.result(manifest.yaml.trimEnd(), manifest.data);
}

async function readCheckpoint(argument: string, options: PodOptions, context: Context): Promise<RestoreCheckpoint> {
  const { reference, image } = await readImageOf(await readSubject(argument), options, context);
  for (const warning of image.warnings) context.output.warn(warning);
  return fromMetadata(image.facts.metadata, pullName({ ...reference, digest: image.digest }, options.pullFrom));
}

async function readText(path: string, io: Io): Promise<string> {
  if (path === '-') return text(io.stdin);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new ThawError('POD_INVALID', {
      message: `${path} cannot be read (${errnoOf(cause)}), and the source pod was to be in it`,
      next: 'write it with kubectl get pod <name> -o yaml, or give --from - and pipe it in',
      facts: { path, errno: errnoOf(cause) ?? null },
      cause,
    });
  }
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
