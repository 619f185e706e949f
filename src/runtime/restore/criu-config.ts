/** What a checkpoint says of its connections. */
export interface Connections {
  /** TCP connections that the processes had. */
  readonly connected: number;
  /** Whether CRIU froze with tcp-close; then it wakes with it only. */
  readonly tcpClose: boolean;
}

/** Options that this file decides, in either spelling of CRIU's configuration files. */
const DECIDED = /^\s*(?:tcp-established|tcp-close|manage-cgroups)\b/;
const TCP = /^\s*(tcp-established|tcp-close)\b/m;

/**
 * CRIU's configuration for one restore: the node's own (/etc/criu/runc.conf, which runc would have it read), with what a
 * move to another pod needs. A connection that the processes had cannot go on from another address, so it is closed, as
 * a broken network would; a node's own choice about connections stands.
 */
export function criuConfig(nodes: string, { connected, tcpClose }: Connections): string {
  const [, chosen] = TCP.exec(nodes) ?? [];
  const kept = nodes.split('\n').filter((line) => line.trim() !== '' && !DECIDED.test(line));
  const about = tcpClose ? 'tcp-close' : (chosen ?? (connected > 0 ? 'tcp-close' : undefined));
  return [...kept, 'manage-cgroups ignore', ...(about === undefined ? [] : [about]), ''].join('\n');
}
