import type { Command } from 'commander';
import { ThawError } from '../../errors.ts';
import { openCluster } from '../../kube/client.ts';
import { type Context, runAction } from '../action.ts';
import type { Io } from '../io.ts';
import { addOutputOptions, addRegistryOptions, examples, LOCAL_REGISTRY, type OutputOptions } from '../options.ts';
import { diagnose } from './diagnose.ts';
import { fromCluster } from './from-cluster.ts';
import { fromFiles } from './from-files.ts';
import { type ImageOptions, readImage } from './image.ts';
import type { Question } from './question.ts';
import { report } from './report.ts';

interface ExplainOptions extends OutputOptions, ImageOptions {
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly container?: string;
  readonly from?: string;
  readonly events?: string;
  readonly log?: string;
}

/** Adds `thaw explain`. */
export function addExplain(program: Command, io: Io): void {
  const command = program
    .command('explain')
    .description('say why a pod was not restored, and what to change')
    .argument('[pod]', 'name of the pod')
    .option('-n, --namespace <name>', "the pod's namespace (default: the context's)")
    .option('--kubeconfig <file>', 'the kubeconfig (default: as kubectl finds it)')
    .option('--context <name>', 'a context of the kubeconfig (default: its current one)')
    .option('-c, --container <name>', 'explain this container only')
    .option(
      '--from <pod.yaml>',
      'no cluster: the pod, as kubectl get pod,events -o yaml prints it; - for standard input',
    )
    .option('--events <events.yaml>', 'its events, and its node, where they are in another file')
    .option('--log <restore.log>', "CRIU's log, or what a checkpoint call answered")
    .option('--registry <host>', `where this machine finds ${LOCAL_REGISTRY} (default: the data folder)`);
  addOutputOptions(addRegistryOptions(command, io))
    .addHelpText(
      'after',
      examples(
        ['thaw explain web-0-restored -n shop', 'A pod in the cluster'],
        ['kubectl get pod,events -n shop -o yaml | thaw explain web-0-restored --from -', 'Without a cluster'],
        ['thaw explain web-0-restored -n shop --log restore.log', "With CRIU's own words"],
      ),
    )
    .action((pod: string | undefined, options: ExplainOptions) =>
      runAction(io, options, (context) => explain(pod, options, context)),
    );
}

async function explain(pod: string | undefined, options: ExplainOptions, context: Context): Promise<void> {
  checkOptions(pod, options);
  const question = await ask(pod?.replace(/^pods?\//, ''), options, context);
  const read = (reference: string) => readImage(reference, options, context);
  const diagnosis = await diagnose(question, read, options.container);
  if (options.container !== undefined && question.pod !== undefined && diagnosis.parts.length === 0) {
    throw usage(`the pod has no container ${options.container}`, 'name one of its containers with -c, or leave it out');
  }
  context.output.result(report(diagnosis, context.io.stdout), diagnosis);
}

function checkOptions(pod: string | undefined, { from, events, log }: ExplainOptions): void {
  if ([from, events, log].filter((file) => file === '-').length > 1) {
    throw usage('standard input can be read once, and two options ask for it', 'write one of them into a file');
  }
  if (pod === undefined && from === undefined && log === undefined) {
    throw usage('nothing was named to explain', 'name a pod, or give --from <pod.yaml>, or --log <restore.log>');
  }
  if (events !== undefined && from === undefined) {
    throw usage('--events goes with --from: of a pod in a cluster the events are read there', 'leave it out');
  }
}

async function ask(pod: string | undefined, options: ExplainOptions, { io, signal }: Context): Promise<Question> {
  const { from, events, log, namespace, kubeconfig, context } = options;
  if (from !== undefined || pod === undefined) return fromFiles({ from, events, log, pod }, io);
  const { log: said } = await fromFiles({ log }, io);
  const cluster = await openCluster({ kubeconfig, context, env: io.env, signal });
  try {
    const question = await fromCluster(cluster, namespace ?? cluster.namespace, pod);
    return said === undefined ? question : { ...question, log: said };
  } finally {
    await cluster.close();
  }
}

function usage(message: string, next: string): ThawError {
  return new ThawError('USAGE', { message, next });
}
