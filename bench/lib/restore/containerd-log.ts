import type { Marks } from './phases.ts';

/** What containerd's own log tells of a restore. */
export type ContainerdMarks = Pick<Marks, 'pulling' | 'pulled' | 'created'>;

/**
 * When containerd (2.3.7) was asked for an image, when it had it, and when it had created the next container after that,
 * by the times that it writes in front of its log lines. Throws Error with what is not in the log.
 */
export function containerdMarks(log: string, image: string): ContainerdMarks {
  const lines = linesOf(log);
  const asked = `PullImage "${image}"`;
  const pulling = find(lines, `the line ${asked}`, ({ message }) => message === asked);
  const pulled = find(lines, `the end of ${asked}`, ({ message }) => message.startsWith(`${asked} returns `));
  const created = find(
    lines.filter(({ at }) => at >= pulled),
    'a container created',
    ({ message }) => /^CreateContainer within sandbox .* returns container id /.test(message),
  );
  return { pulling, pulled, created };
}

interface Line {
  readonly at: number;
  readonly message: string;
}

/** The lines of logrus: `time="..." level=info msg="..." key=value`, the message as Go quotes it. */
function linesOf(log: string): Line[] {
  const line = /^time="([^"]+)" level=\w+ msg=("(?:[^"\\]|\\.)*")/gm;
  return [...log.matchAll(line)].map(([, time = '', quoted = '""']) => ({
    at: Date.parse(time),
    message: quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1'),
  }));
}

function find(lines: readonly Line[], what: string, isIt: (line: Line) => boolean): number {
  const found = lines.find(isIt);
  if (found === undefined) throw new Error(`containerd's log does not have ${what}`);
  return found.at;
}
