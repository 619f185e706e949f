import { randomBytes } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { runBuildah } from './buildah-run.ts';
import type { EngineJob } from './engine.ts';

/**
 * Makes an image of the archive in buildah's own storage, without a name, and gives its ID. The working container is
 * removed whatever happens. `folder` is an empty one for temporary files.
 */
export async function buildImage(job: EngineJob, folder: string): Promise<string> {
  const container = `thaw-${randomBytes(8).toString('hex')}`;
  try {
    await runBuildah(['from', '--quiet', '--name', container, 'scratch'], job.signal);
    return await fillAndCommit(job, container, folder);
  } catch (error) {
    // What went wrong first is what counts; the container may not even have been made.
    await removeContainer(container).catch(() => {});
    throw error;
  }
}

async function fillAndCommit({ archive, metadata, annotations, signal }: EngineJob, container: string, folder: string) {
  // buildah takes "*", "?" and "[" in a path for a pattern, hence a name without them. What it is given it unpacks up
  // to the end mark; owners, modes and times stay as the archive has them.
  const source = join(folder, 'archive');
  await symlink(resolve(archive.path), source);
  await runBuildah(['add', '--quiet', container, source, '/'], signal);
  const flags = Object.entries(annotations).flatMap(([name, value]) => ['--annotation', `${name}=${value}`]);
  const platform = ['--os', 'linux', '--arch', metadata.architecture];
  await runBuildah(['config', ...platform, '--created-by', 'thaw convert', ...flags, container], signal);
  // Without --timestamp, which would set every file's time. Annotations exist in the OCI format only.
  const commit = ['commit', '--quiet', '--format', 'oci', '--identity-label=false', '--rm', container];
  return (await runBuildah(commit, signal)).trim();
}

/** Without the signal: an abort must not keep it from cleaning up. */
async function removeContainer(container: string): Promise<void> {
  await runBuildah(['rm', container]);
}
