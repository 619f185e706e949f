import { type Command, Option } from 'commander';
import { ThawError } from '../../errors.ts';
import { LIMITS } from '../../registry/server/limits.ts';
import type { RegistryOptions } from '../../registry/server/serve.ts';
import { humanBytes } from '../human.ts';
import { collectTexts, parseCount, parseDuration, parseSize } from '../quantity.ts';
import { parseListen } from './parse-listen.ts';

/** What `thaw registry serve` may be told, besides where its data is. */
export interface ServeFlags {
  readonly listen: string;
  readonly metricsListen?: string;
  readonly access?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly insecure?: boolean;
  readonly immutable?: string[];
  readonly sparse?: boolean;
  readonly grace: number;
  readonly maxConnections: number;
  readonly maxSessions: number;
  readonly maxSessionsPerClient: number;
  readonly maxBlob: number;
  readonly minRate: number;
}

/** Adds those options. */
export function addServeFlags(command: Command): Command {
  return addLimitFlags(
    command
      .option('--listen <addr:port>', 'where to listen; port 0 takes a free one', '127.0.0.1:5000')
      .option('--metrics-listen <addr:port>', 'serve /metrics, /healthz and /readyz here, for anybody and without TLS')
      .option('--access <file>', 'YAML file that says who may do what; docs/registry.md shows one')
      .option('--tls-cert <file>', 'PEM file with the certificate, and those between it and its authority')
      .option('--tls-key <file>', 'PEM file with the key of the certificate')
      .option('--insecure', 'let other machines in without TLS or --access')
      .option('--immutable <pattern>', 'never move tags like this once set; may be given several times', collectTexts)
      .option('--sparse', 'take manifests and indexes before what they name, as mirrors push them')
      .addOption(inWords('--grace <duration>', 'time for running transfers to end when it is stopped', GRACE)),
  );
}

function addLimitFlags(command: Command): Command {
  const { connections, sessions, sessionsPerClient, blob, slowestBody } = LIMITS;
  return command
    .option('--max-connections <count>', 'connections at once', parseCount, connections)
    .option('--max-sessions <count>', 'open upload sessions', parseCount, sessions)
    .option(
      '--max-sessions-per-client <count>',
      'open upload sessions of one user or address',
      parseCount,
      sessionsPerClient,
    )
    .addOption(inWords('--max-blob <size>', 'largest blob', { parse: parseSize, value: blob, words: humanBytes(blob) }))
    .addOption(
      inWords('--min-rate <size>', 'cut whoever sends less in a second, over a minute', {
        parse: parseSize,
        value: slowestBody,
        words: humanBytes(slowestBody),
      }),
    );
}

interface InWords {
  readonly parse: (text: string) => number;
  readonly value: number;
  /** The value as the help shows it. */
  readonly words: string;
}

const GRACE: InWords = { parse: parseDuration, value: parseDuration('30s'), words: '30s' };

/** An option whose default reads as people write it. */
function inWords(flags: string, description: string, { parse, value, words }: InWords): Option {
  return new Option(flags, description).argParser(parse).default(value, words);
}

/** The options as the server takes them. Throws USAGE. */
export function registryOptions(flags: ServeFlags): Omit<RegistryOptions, 'root' | 'logger'> {
  const { access, insecure, immutable, sparse, metricsListen } = flags;
  return {
    ...parseListen(flags.listen),
    access,
    insecure,
    immutable,
    sparse,
    tls: tlsFiles(flags),
    metrics: metricsListen === undefined ? undefined : parseListen(metricsListen),
    limits: {
      connections: flags.maxConnections,
      sessions: flags.maxSessions,
      sessionsPerClient: flags.maxSessionsPerClient,
      blob: flags.maxBlob,
      slowestBody: flags.minRate,
    },
  };
}

function tlsFiles({ tlsCert: certificate, tlsKey: key }: ServeFlags): RegistryOptions['tls'] {
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  if (certificate === undefined && key === undefined) return undefined;
  throw new ThawError('USAGE', {
    message: `${certificate === undefined ? '--tls-key is given without --tls-cert' : '--tls-cert is given without --tls-key'}`,
    next: 'give both: a certificate is of no use without its key',
    facts: {},
  });
}
