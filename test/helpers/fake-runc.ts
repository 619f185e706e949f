import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type ExecaError, execa, type Result } from 'execa';
import { bundle } from '../../scripts/executable/bundle.ts';
import { temporaryFolder } from './fixtures.ts';

/** A program that stands in for runc, and the front of the thaw runtime before it. */
export interface FakeNode {
  /** THAW_RUN and THAW_LIB. */
  readonly run: string;
  readonly lib: string;
  readonly front: string;
  /** Calls the front as an engine does. */
  readonly call: (argv: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Result | ExecaError>;
  /** The arguments of runc's calls so far, one text a call. */
  readonly calls: () => Promise<string[]>;
}

const FRONT = new URL('../../src/runtime/front/thaw-runtime.sh', import.meta.url).pathname;

/** thaw as one script, as nodes have it in their executable: the calls are many, and each would read all of the source. */
let bundled: Promise<string> | undefined;
const thawScript = (): Promise<string> => {
  bundled ??= bundle('src/commands/main.ts').then(
    (text) => `const __thaw_url = require('node:url').pathToFileURL(__filename).href;
${text}
module.exports.main(process.argv.slice(2)).then((code) => { process.exitCode = code; });
`,
  );
  return bundled;
};

/**
 * It writes its arguments down, and for `restore` what CRIU would leave in the work folder: RESTORE_LOG; then it ends with
 * RESTORE_STATUS. With RESTORE_HANGS it waits in `restore` until it is killed.
 */
const RUNC = `#!/bin/sh
printf '%s\\n' "$*" >>"$CALLS"
work='' log='' previous=''
for word do
  case $previous in
    --work-path) work=$word ;;
    --log) log=$word ;;
  esac
  previous=$word
done
case " $* " in
  *' state '*) echo "{\\"id\\":\\"x\\",\\"status\\":\\"\${STATUS:-running}\\",\\"pid\\":7}" ;;
  *' restore '*)
    [ -z "\${RESTORE_HANGS:-}" ] || exec sleep 60
    [ -z "\${RESTORE_LOG:-}" ] || printf '%s\\n' "$RESTORE_LOG" >"$work/restore.log"
    [ -z "\${RESTORE_ERROR:-}" ] || printf '{"level":"error","msg":"%s"}\\n' "$RESTORE_ERROR" >>"$log"
    exit "\${RESTORE_STATUS:-0}" ;;
  *' delete '*) exit "\${DELETE_STATUS:-0}" ;;
esac
`;

/** A node with the front installed, thaw behind it, and a runc that only writes down what it is told. */
export async function fakeNode(t: ExecutionContext): Promise<FakeNode> {
  const folder = await temporaryFolder(t);
  const [runc, thaw, run, lib, calls] = ['runc', 'thaw', 'run', 'lib', 'calls'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
    string,
  ];
  await mkdir(lib);
  await program(runc, RUNC);
  await writeFile(`${thaw}.cjs`, await thawScript());
  await program(thaw, `#!/bin/sh\nexec '${process.execPath}' '${thaw}.cjs' "$@"\n`);
  const front = join(folder, 'thaw-runtime');
  await program(front, await readFile(FRONT, 'utf8'));
  await writeFile(`${front}.conf`, `THAW_RUNC=${runc} THAW_PROGRAM=${thaw} THAW_RUN=${run} THAW_LIB=${lib}\n`);
  return {
    ...{ run, lib, front },
    call: (argv, env = {}) => execa(front, argv, { env: { ...env, CALLS: calls }, reject: false }),
    calls: async () => (await readFile(calls, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
  };
}

async function program(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o755);
}
