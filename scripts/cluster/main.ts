import { Command, Option } from 'commander';
import { execa } from 'execa';
import { build } from './build.ts';
import { down } from './down.ts';
import { remembered } from './processes.ts';
import { checkUp } from './requirements.ts';
import { settingsOf, VARIABLES } from './settings.ts';
import { shellLines } from './shell.ts';
import { statePaths } from './state.ts';
import { status } from './status.ts';
import { up } from './up.ts';

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The host's folders of programs lie below the node's /opt. */
const IN_NODE = 'for folder in /opt/*; do PATH=$folder:$PATH; done; exec "$@"';

const program = new Command('cluster')
  .enablePositionalOptions()
  .description('A real Kubernetes of two nodes on this machine, to try thaw on.')
  .addHelpText(
    'after',
    `\nVariables:\n${Object.entries(VARIABLES)
      .map(([name, what]) => `  ${name.padEnd(20)} ${what}`)
      .join('\n')}`,
  );

program
  .command('build')
  .description('build what the bed is made of, once for each version (10 minutes on two cores)')
  .addOption(new Option('--also <component>', 'and what only some tests want').choices(['containerd-2.4'] as const))
  .action(({ also }: { also?: 'containerd-2.4' }) =>
    build(settingsOf(process.env), say, also === undefined ? {} : { also: [also] }),
  );

program
  .command('up')
  .description('start it; ready when it returns. Prints what a shell needs to use it: eval "$(... up)"')
  .action(async () => {
    const settings = settingsOf(process.env);
    const begun = performance.now();
    await checkUp(settings);
    await build(settings, say);
    await up(settings, say);
    say(`both nodes are Ready after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    for (const line of await shellLines(settings)) print(line);
  });

program
  .command('down')
  .description('end it and undo all that it changed on this machine')
  .action(() => down(settingsOf(process.env)));

program
  .command('status')
  .description('what runs; exit code 1 when a part of it does not')
  .action(async () => {
    const { running, lines } = await status(settingsOf(process.env));
    for (const line of lines) print(line);
    process.exitCode = running ? 0 : 1;
  });

program
  .command('exec')
  .description('run a command inside a node: exec node-a ctr -n k8s.io tasks ls')
  .argument('<node>')
  .argument('<command...>')
  .passThroughOptions()
  .action(async (node: string, command: string[]) => {
    const settings = settingsOf(process.env);
    const init = (await remembered(settings)).find(({ name }) => name === `${node}.init`);
    if (init === undefined) throw new Error(`no node ${node} in ${settings.state}: npm run cluster -- status`);
    const inside = ['--target', `${init.pid}`, '--all', 'sh', '-c', IN_NODE, 'sh', ...command];
    const { exitCode } = await execa('nsenter', inside, { stdio: 'inherit', reject: false });
    process.exitCode = exitCode ?? 1;
  });

program
  .command('kubeconfig')
  .description('where the kubeconfig is')
  .action(() => print(statePaths(settingsOf(process.env)).kubeconfig));

try {
  await program.parseAsync();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
