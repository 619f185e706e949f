import { basename } from 'node:path';
import type { Archive } from '../builder/archive/archive.ts';
import type { CheckpointImage } from '../builder/image/read.ts';
import type { Member } from '../checkpoint/member.ts';
import type { CheckpointMetadata } from '../checkpoint/metadata.ts';
import { count, humanBytes } from './human.ts';
import type { Tree } from './tree.ts';

/** The largest members that the tree lists by name. */
const LISTED = 5;

/** What a person wants to see of an archive. */
export function archiveTree(archive: Archive, metadata: CheckpointMetadata): Tree {
  const compressed =
    archive.compression === 'none' ? '' : `, ${archive.compression} on disk ${humanBytes(archive.fileSize)}`;
  return {
    label: basename(archive.path),
    value: `${humanBytes(archive.size)}${compressed}`,
    children: [...checkpointBranches(metadata), membersBranch(archive.members)],
  };
}

/** What a person wants to see of a checkpoint image; `name` is its full reference. */
export function imageTree(name: string, { facts, layers }: CheckpointImage): Tree {
  const stored = layers.reduce((sum, { size }) => sum + size, 0);
  const children = layers.map(({ digest, size, compression }) => ({
    label: digest,
    value: `${humanBytes(size)}${compression === 'none' ? '' : `, ${compression}`}`,
  }));
  const archive = { label: 'archive', value: `${facts.archiveName}, ${humanBytes(facts.archiveSize)}` };
  const layersBranch = { label: 'layers', value: `${count(layers.length, 'layer')}, ${humanBytes(stored)}`, children };
  return { label: name, children: [...checkpointBranches(facts.metadata), archive, layersBranch] };
}

function checkpointBranches(told: CheckpointMetadata): Tree[] {
  const { engine, container, pod, baseImage, runtime, createdAt, checkpointedAt, architecture } = told;
  return [
    { label: 'engine', value: [engine.name, engine.version].filter(Boolean).join(' ') },
    { label: 'container', value: `${container.name} (${container.id.slice(0, 12)})` },
    ...(pod ? [{ label: 'pod', value: `${pod.namespace}/${pod.name} (${pod.uid})` }] : []),
    { label: 'base image', value: baseImage.name, children: baseBranches(baseImage) },
    { label: 'runtime', value: `${runtime}, ${architecture}` },
    ...(createdAt ? [{ label: 'created', value: createdAt }] : []),
    { label: 'checkpointed', value: checkpointedAt },
    { label: 'memory', value: memoryText(told) },
    { label: 'TCP sockets', value: `${told.tcp.listening} listening, ${told.tcp.connected} connected` },
    mountsBranch(told),
  ];
}

function baseBranches({ repoDigest, id }: CheckpointMetadata['baseImage']): Tree[] {
  return [...(repoDigest ? [{ label: 'digest', value: repoDigest }] : []), ...(id ? [{ label: 'ID', value: id }] : [])];
}

function memoryText({ memory }: CheckpointMetadata): string {
  return `${humanBytes(memory.bytes)} in ${count(memory.pages, 'page')}${memory.compressed ? ', compressed by CRIU' : ''}`;
}

function mountsBranch({ requiredMounts }: CheckpointMetadata): Tree {
  return {
    label: 'required mounts',
    value: requiredMounts.length === 0 ? 'none' : `${requiredMounts.length}`,
    children: requiredMounts.map(({ destination, readOnly, volume }) => ({
      label: destination,
      value: [volume?.kind, volume?.name, readOnly ? 'read-only' : 'read-write'].filter(Boolean).join(' '),
    })),
  };
}

function membersBranch(members: readonly Member[]): Tree {
  const largest = [...members].sort((a, b) => b.size - a.size || a.start - b.start).slice(0, LISTED);
  const rest = members.length - largest.length;
  return {
    label: 'members',
    value: `${members.length}`,
    children: [
      ...largest.map(({ name, size }) => ({ label: name, value: humanBytes(size) })),
      ...(rest > 0 ? [{ label: `and ${count(rest, 'smaller one')}` }] : []),
    ],
  };
}
