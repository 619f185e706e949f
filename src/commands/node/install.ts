import type { Command } from 'commander';
import { ThawError } from '../../errors.ts';
import { install } from '../../node/install.ts';
import { labelsOf } from '../../node/labels.ts';
import { registryPlace } from '../../node/registry/place.ts';
import { nodeStatus } from '../../node/status.ts';
import { type Context, runAction } from '../action.ts';
import type { Io } from '../io.ts';
import { examples } from '../options.ts';
import { setLabels } from './label.ts';
import { addChangeOptions, addNodeOptions, hostOf, type NodeOptions } from './options.ts';
import { ownPrograms } from './own-programs.ts';

interface InstallOptions extends NodeOptions {
  readonly restart?: boolean;
  readonly force?: boolean;
  readonly editConfig?: boolean;
  readonly runc?: string;
  readonly registry?: string;
  readonly ca?: string;
  readonly executable?: string;
}

/** Adds `thaw node install`. */
export function addInstall(node: Command, io: Io): void {
  const command = node
    .command('install')
    .description('put the thaw runtime beside containerd or CRI-O')
    .option('--registry <url>', 'where checkpoint-registry.local is: https://<host>:<port>')
    .option('--ca <file>', "PEM file of an authority that signed the registry's certificate")
    .option('--edit-config', "change the runtime's own configuration file where it reads no drop-ins, with a backup")
    .option('--runc <path>', "the runc to use (default: the one of the runtime's own entry)")
    .option('--executable <file>', 'thaw as one executable (default: this program, where it is one)');
  addChangeOptions(command, 'overwrite files of thaw that somebody has changed');
  addNodeOptions(command)
    .addHelpText(
      'after',
      examples(
        ['thaw node install --restart', 'On a node'],
        ['thaw node install --restart --registry https://10.0.0.1:5000 --ca registry-ca.crt', 'With the registry'],
      ),
    )
    .action((options: InstallOptions) => runAction(io, options, (context) => run(options, context)));
}

async function run(options: InstallOptions, context: Context): Promise<void> {
  const { registry, ca, executable, labelNode, socket } = options;
  if (ca !== undefined && registry === undefined) {
    throw new ThawError('USAGE', { message: '--ca goes with --registry', next: 'say where the registry is' });
  }
  const host = hostOf(options);
  const { daemon, runc, written } = await install(host, {
    ...options,
    programs: await ownPrograms(executable),
    registry: registry === undefined ? undefined : await registryPlace(registry, ca),
  });
  if (labelNode !== undefined) await setLabels(labelNode, labelsOf(await nodeStatus(host, socket)), context);
  const { runtime, version } = daemon;
  const what = written.length === 0 ? 'all was there already' : `wrote ${written.join(', ')}`;
  context.output.note(`thaw: ${what}; it stands for runc ${runc.version}, ${runc.path}`);
  context.output.result(`${runtime} ${version} has the handler thaw`, { runtime, version, runc, written });
}
