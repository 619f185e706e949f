import { readFlags } from './flags.ts';

/** A call of an OCI runtime, as far as thaw must know it. */
export interface Call {
  /** runc's own options, word for word: what stands before the command. */
  readonly globals: readonly string[];
  /** `create`, `state`, ...; empty where there is none. */
  readonly command: string;
  /** Options of runc itself, by name without dashes. */
  readonly global: ReadonlyMap<string, string>;
  /** Options of the command, by name without dashes. */
  readonly options: ReadonlyMap<string, string>;
  /** The container's ID; undefined where the command has none, or one that no container can have. */
  readonly id: string | undefined;
}

/** Options of runc 1.0 to 1.4 that take a value (man 8 runc; man 8 runc-create); `criu` until 1.2. */
const GLOBAL = new Set(['root', 'log', 'log-format', 'criu', 'rootless']);
const CREATE = new Set(['bundle', 'b', 'console-socket', 'pidfd-socket', 'pid-file', 'preserve-fds']);
const NONE: ReadonlySet<string> = new Set();

/** Reads runc's arguments. Never throws: what thaw does not understand is runc's to judge. */
export function readCall(argv: readonly string[]): Call {
  const before = readFlags(argv, GLOBAL);
  const command = argv[before.end] ?? '';
  const rest = argv.slice(before.end + 1);
  const { values, end } = readFlags(rest, command === 'create' ? CREATE : NONE);
  return { globals: argv.slice(0, before.end), command, global: before.values, options: values, id: idOf(rest, end) };
}

/** The path of the bundle of a `create`: where it is not named, the folder that runc is called in. */
export function bundleOf({ options }: Call): string {
  return options.get('b') ?? options.get('bundle') ?? '.';
}

/** All of these commands have one argument. runc: libcontainer/factory_linux.go, validateID. */
function idOf(rest: readonly string[], end: number): string | undefined {
  const id = rest.length > end ? rest.at(-1) : undefined;
  return id !== undefined && /^[\w+.-]+$/.test(id) && id !== '.' && id !== '..' ? id : undefined;
}
