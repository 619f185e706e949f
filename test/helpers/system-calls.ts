import { readFile } from 'node:fs/promises';

/** The calls that put things on disk or on the wire. */
const TRACED =
  'mkdir,mkdirat,write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,rename,renameat,renameat2,link,linkat';

/** A command that runs another one and writes its system calls to a file, for systemCalls. */
export function straceTo(file: string): string[] {
  return ['strace', '-f', '-y', '-s', '64', '--seccomp-bpf', '-o', file, '-e', `trace=${TRACED}`];
}

/** A system call that succeeded. `began` and `ended` order all calls of all threads. */
export interface SystemCall {
  readonly kind: 'mkdir' | 'write' | 'sync' | 'put';
  /** What it was done to; of `put` the source. A socket is no path. */
  readonly path: string;
  /** Of `put` (rename or link): where the file stands now. */
  readonly target?: string;
  /** Of `write`: the status of an HTTP answer that it begins. */
  readonly status?: number;
  readonly began: number;
  readonly ended: number;
}

/** Reads what strace wrote. */
export async function systemCalls(file: string): Promise<SystemCall[]> {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, { text: string; began: number }>();
  for (const [at, line] of (await readFile(file, 'utf8')).split('\n').entries()) {
    const [, thread = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const begun = / <unfinished \.\.\.>$/.exec(text);
    const resumed = /^<\.\.\. \w+ resumed>/.exec(text);
    if (begun !== null) unfinished.set(thread, { text: text.slice(0, begun.index), began: at });
    else if (resumed === null) calls.push(...callIn(text, at, at));
    else {
      const { text: start, began } = unfinished.get(thread) ?? { text: '', began: at };
      calls.push(...callIn(start + text.slice(resumed[0].length), began, at));
    }
  }
  return calls;
}

function callIn(text: string, began: number, ended: number): SystemCall[] {
  const [, name = '', args = '', result = '-1'] = /^(\w+)\((.*)\) += (-?\d+)/.exec(text) ?? [];
  if (result.startsWith('-')) return [];
  const [first = '', second = ''] = [...args.matchAll(/"([^"]*)"/g)].map((match) => match[1]);
  const open = /^\d+<([^>]*)>/.exec(args)?.[1] ?? '';
  const when = { began, ended };
  if (name.startsWith('mkdir')) return [{ kind: 'mkdir', path: first, ...when }];
  if (name.endsWith('sync')) return [{ kind: 'sync', path: open, ...when }];
  if (/^(rename|link)/.test(name)) return [{ kind: 'put', path: first, target: second, ...when }];
  if (!name.includes('write')) return [];
  const status = open.startsWith('socket:') ? Number(/"HTTP\/1\.1 (\d+)/.exec(args)?.[1] ?? 0) : 0;
  return [{ kind: 'write', path: open, ...(status > 0 && { status }), ...when }];
}
