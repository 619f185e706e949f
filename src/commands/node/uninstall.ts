import type { Command } from 'commander';
import { NO_LABELS } from '../../node/labels.ts';
import { uninstall } from '../../node/uninstall.ts';
import { type Context, runAction } from '../action.ts';
import type { Io } from '../io.ts';
import { examples } from '../options.ts';
import { setLabels } from './label.ts';
import { addChangeOptions, addNodeOptions, hostOf, type NodeOptions } from './options.ts';

interface UninstallOptions extends NodeOptions {
  readonly restart?: boolean;
  readonly force?: boolean;
}

/** Adds `thaw node uninstall`. */
export function addUninstall(node: Command, io: Io): void {
  const command = node.command('uninstall').description('take the thaw runtime away, and all that install wrote');
  addChangeOptions(command, 'also where pods of RuntimeClass thaw are here, or files of thaw were changed');
  addNodeOptions(command)
    .addHelpText('after', examples(['thaw node uninstall --restart', 'On a node']))
    .action((options: UninstallOptions) => runAction(io, options, (context) => run(options, context)));
}

async function run(options: UninstallOptions, context: Context): Promise<void> {
  const { output } = context;
  if (options.labelNode !== undefined) await setLabels(options.labelNode, NO_LABELS, context);
  const { removed, left } = await uninstall(hostOf(options), options);
  for (const path of left) {
    output.note(`thaw: ${path} was changed since thaw edited it, and is left as it is; its former text is beside it`);
  }
  const text = removed.length === 0 ? 'thaw was not installed' : `removed ${removed.join(', ')}`;
  output.result(text, { removed, left });
}
