import { ThawError, type Warning } from '../errors.ts';
import { readArchitecture } from './criu/architecture.ts';
import { readImageVersion } from './criu/inventory.ts';
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
const FILES = 'checkpoint/files.img';
const CORE = /^checkpoint\/core-\d+\.img$/;

/**
 * What an archive of CRI-O, containerd or Podman says about itself. Throws NOT_A_CHECKPOINT with the names of the files
 * that are missing, DUMP_INVALID, DUMP_TOO_LARGE, CRIU_IMAGE_INVALID, and whatever `read` throws.
 */
export async function describeCheckpoint(files: CheckpointFiles): Promise<CheckpointMetadata> {
  const core = firstCore(files.members);
  const [config, spec, inventory, coreImage] = await readRequired(files, ['config.dump', 'spec.dump', INVENTORY, core]);
  const configDump = parseConfigDump(config);
  const specDump = parseSpecDump(spec);
  const status = await files.read('status.dump');
  readImageVersion(INVENTORY, inventory);
  const openFiles = await files.read(FILES);
  return {
    ...identityOf(configDump, specDump, status && parseStatusDump(status)),
    ...timesOf(configDump, files.members),
    architecture: readArchitecture(core, coreImage),
    requiredMounts: requiredMounts(specDump),
    memory: await describeMemory(files),
    tcp: openFiles ? readTcpSockets(FILES, openFiles) : { listening: 0, connected: 0 },
  };
}

/** What a person should know of a checkpoint before it is restored elsewhere. */
export function warningsOf({ memory }: CheckpointMetadata): Warning[] {
  if (!memory.compressed) return [];
  const message = 'the memory pages are compressed with LZ4; the target node needs CRIU 4.3 or newer, built with LZ4';
  return [{ code: 'PAGES_COMPRESSED', message, facts: { pages: memory.pages } }];
}

/** Any process tells the architecture; the name stands for all of them when there is none. */
function firstCore(members: readonly Member[]): string {
  return members.find(({ name, type }) => type === 'file' && CORE.test(name))?.name ?? 'checkpoint/core-<pid>.img';
}

type Four<Item> = [Item, Item, Item, Item];

async function readRequired(files: CheckpointFiles, names: Four<string>): Promise<Four<Uint8Array>> {
  const present = new Set(files.members.filter(({ type }) => type === 'file').map(({ name }) => name));
  const contents: Uint8Array[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const content = present.has(name) ? await files.read(name) : undefined;
    if (content === undefined) missing.push(name);
    else contents.push(content);
  }
  if (missing.length > 0) throw notCheckpoint(missing);
  return contents as Four<Uint8Array>;
}

function notCheckpoint(missing: string[]): ThawError {
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
