import type { Failure } from '../failure.ts';

const SOURCE_CONF = 'in /etc/criu/runc.conf on the source node';

/** What CRIU's dump.log says: the process could not be frozen. */
export const CRIU_DUMP: readonly Failure[] = [
  {
    id: 'criu-rlimit',
    weight: 'cause',
    patterns: [/Can't get rlimit \d+: Operation not permitted/],
    examples: ["Can't get rlimit 0: Operation not permitted"],
    title:
      'the process runs as another user than root, and CRIU may not read its limits: the node lacks CAP_SYS_RESOURCE',
    cure: "run the node's runtime with CAP_SYS_RESOURCE (a node inside a container or a restricted machine lacks it), or run the container as UID 0",
    seen: [{ program: 'CRIU', version: '4.2.1' }],
  },
  {
    id: 'criu-passcred',
    weight: 'cause',
    patterns: [/Can't get 1:16 opt: Operation not supported/],
    examples: ["sockets: Can't get 1:16 opt: Operation not supported"],
    title: "the node's CRIU is too old for its kernel: it cannot freeze any process that has an internet socket",
    cure: 'install CRIU 4.2.1 or newer on the source node (kernels from about 6.16 need it)',
    seen: [{ program: 'CRIU', version: '4.1.1' }],
  },
  {
    id: 'criu-tcp-established',
    weight: 'cause',
    patterns: [/Connected TCP socket, consider using --tcp-established option/],
    examples: ['inet: Connected TCP socket, consider using --tcp-established option.'],
    title: 'the process has open TCP connections, and CRIU is not told what to do with them',
    cure: `write tcp-close ${SOURCE_CONF} and on the target node (connections are closed by the restore), or tcp-established on both (only connections inside the pod survive a move)`,
    seen: [{ program: 'CRIU', version: '4.2.1' }],
  },
  {
    id: 'criu-tcp-in-flight',
    weight: 'cause',
    patterns: [/In-flight connections? \(l\)|In-flight connections can be ignored with the/],
    examples: ['inet: In-flight connection (l) for 2f6c1'],
    title: 'a connection was just being made to a socket that the process listens on',
    cure: `write skip-in-flight ${SOURCE_CONF}, or checkpoint again when no client is connecting`,
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/sk-inet.c' }],
  },
  {
    id: 'criu-unix-socket',
    weight: 'cause',
    patterns: [
      /External socket is used\. Consider using --ext-unix-sk option/,
      /Can't dump half of stream unix connection/,
    ],
    examples: [
      'unix: External socket is used. Consider using --ext-unix-sk option.',
      "unix: Can't dump half of stream unix connection. name: (null); peer name: /run/app.sock",
    ],
    title: 'the process is connected, by a Unix socket, to a process outside of its container',
    cure: `let the program close that connection before the checkpoint; ext-unix-sk ${SOURCE_CONF} helps for datagram sockets only`,
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/sk-unix.c' }],
  },
  {
    id: 'criu-socket-protocol',
    weight: 'cause',
    patterns: [/Unsupported proto (?<protocol>\d+) for socket/],
    examples: ['inet: Unsupported proto 262 for socket 2f6c1'],
    title:
      'the process has a socket of a protocol that CRIU cannot freeze ({{protocol}}; 262 is Multipath TCP, which Go uses)',
    cure: 'for a Go program set GODEBUG=multipathtcp=0 in its environment, and checkpoint the pod that starts with it',
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/sk-inet.c' }],
  },
  {
    id: 'criu-ghost-file',
    weight: 'cause',
    patterns: [/Can't dump ghost file (?<path>\S+) of (?<bytes>\d+) size, increase limit/],
    examples: ["Can't dump ghost file /tmp/spool of 2097152 size, increase limit"],
    title: 'the process has a deleted file of {{bytes}} bytes open ({{path}}), larger than CRIU copies',
    cure: `write ghost-limit <bytes> ${SOURCE_CONF}, with more than {{bytes}}`,
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/files-reg.c' }],
  },
  {
    id: 'criu-link-remap',
    weight: 'cause',
    patterns: [/Can't create link remap for (?<path>\S+)\. Use link-remap option/],
    examples: ["Can't create link remap for /data/old. Use link-remap option."],
    title: 'the process has the file {{path}} open, of which this name was deleted and another still stands',
    cure: `write link-remap ${SOURCE_CONF}, or let the program close the file before the checkpoint`,
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/files-reg.c' }],
  },
  {
    id: 'criu-file-locks',
    weight: 'cause',
    patterns: [/Some file locks are hold by dumping tasks!/],
    examples: ['Some file locks are hold by dumping tasks! You can try --file-locks to dump them.'],
    title: 'the process holds locks on files',
    cure: `write file-locks ${SOURCE_CONF} and on the target node`,
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/file-lock.c' }],
  },
];
