import { ThawError, type Warning } from '../errors.ts';
import { readArchitecture } from './criu/architecture.ts';
import { readImageVersion } from './criu/inventory.ts';
import { readPids } from './criu/pstree.ts';
import { readTcpSockets } from './criu/sockets.ts';
import { type ConfigDump, parseConfigDump } from './dumps/config-dump.ts';
import { parseSpecDump } from './dumps/spec-dump.ts';
import { parseStatusDump } from './dumps/status-dump.ts';
import { toUtc } from './dumps/time.ts';
import type { CheckpointFiles } from './files.ts';
import { identityOf } from './identity.ts';
import type { Member } from './member.ts';
import { describeMemory } from './memory.ts';
import type { CheckpointMetadata } from './metadata.ts';
import { requiredMounts } from './required-mounts.ts';

export type { CheckpointFiles } from './files.ts';

const INVENTORY = 'checkpoint/inventory.img';
const PSTREE = 'checkpoint/pstree.img';
const FILES = 'checkpoint/files.img';

/**
 * What an archive of CRI-O, containerd or Podman says about itself. Throws NOT_A_CHECKPOINT with the names of the files
 * that are missing, DUMP_INVALID, DUMP_TOO_LARGE, CRIU_IMAGE_INVALID, and whatever `read` throws.
 */
export async function describeCheckpoint(files: CheckpointFiles): Promise<CheckpointMetadata> {
  const names = ['config.dump', 'spec.dump', INVENTORY, PSTREE] as const;
  const [configDump, specDump, inventory, pstree] = await readRequired(files, names);
  const config = parseConfigDump(configDump);
  const spec = parseSpecDump(specDump);
  const status = await files.read('status.dump');
  const openFiles = await files.read(FILES);
  readImageVersion(INVENTORY, inventory);
  const pids = readPids(PSTREE, pstree);
  return {
    ...identityOf(config, spec, status && parseStatusDump(status)),
    ...timesOf(config, files.members),
    architecture: await readRootArchitecture(files, pids[0]),
    requiredMounts: requiredMounts(spec),
    memory: await describeMemory(files, pids),
    tcp: openFiles ? readTcpSockets(FILES, openFiles) : { listening: 0, connected: 0 },
  };
}

/** What a person should know of a checkpoint before it is restored elsewhere. */
export function warningsOf({ memory }: CheckpointMetadata): Warning[] {
  if (!memory.compressed) return [];
  const message = 'the memory pages are compressed with LZ4; the target node needs CRIU 4.3 or newer, built with LZ4';
  return [{ code: 'PAGES_COMPRESSED', message, facts: { pages: memory.pages } }];
}

async function readRootArchitecture(files: CheckpointFiles, root: number): Promise<string> {
  const core = `checkpoint/core-${root}.img`;
  const [bytes] = await readRequired(files, [core]);
  return readArchitecture(core, bytes);
}

type ContentOfEach<Names extends readonly string[]> = { [Index in keyof Names]: Uint8Array };

async function readRequired<const Names extends readonly string[]>(
  files: CheckpointFiles,
  names: Names,
): Promise<ContentOfEach<Names>> {
  const present = new Set(files.members.filter(({ type }) => type === 'file').map(({ name }) => name));
  const contents: Uint8Array[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const content = present.has(name) ? await files.read(name) : undefined;
    if (content === undefined) missing.push(name);
    else contents.push(content);
  }
  if (missing.length > 0) throw notCheckpoint(missing);
  return contents as ContentOfEach<Names>;
}

function notCheckpoint(missing: readonly string[]): ThawError {
  return new ThawError('NOT_A_CHECKPOINT', {
    message: `the archive is no checkpoint: it has no ${missing.join(', no ')}`,
    next: 'name an archive that CRI-O, containerd or Podman wrote',
    facts: { missing },
  });
}

function timesOf(config: ConfigDump, members: readonly Member[]): { createdAt?: string; checkpointedAt: string } {
  const createdAt = toUtc(config.createdTime);
  const checkpointedAt = toUtc(config.checkpointedTime) ?? newestTime(members);
  return { ...(createdAt === undefined ? {} : { createdAt }), checkpointedAt };
}

/** Milliseconds from 1970 to the end of the year 9999, the last that RFC 3339 can write. */
const LAST_TIME = 253_402_300_799_999;

function newestTime(members: readonly Member[]): string {
  const newest = members.reduce((time, { mtime }) => (mtime <= LAST_TIME ? Math.max(time, mtime) : time), 0);
  return new Date(newest).toISOString();
}
