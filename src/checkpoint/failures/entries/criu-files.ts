import type { Failure } from '../failure.ts';

const SEEN = [{ program: 'CRIU', version: '4.2.1' }];
const FILES = { program: 'CRIU', version: '4.2', source: 'criu/files-reg.c' };

/** What CRIU's restore.log says of files and mounts. */
export const CRIU_FILES: readonly Failure[] = [
  {
    id: 'criu-file-missing',
    weight: 'cause',
    patterns: [/Can't open file (?<path>\S+) on restore: No such file or directory/],
    examples: [
      "(00.024512)      1: Error (criu/files-reg.c:2353): Can't open file data/log on restore: No such file or directory",
    ],
    title: 'the process had the file {{path}} open, and it is not there on the target',
    cure: 'bring the file to the volume before the restore (a volume that both nodes reach, or an init container that writes it), or close it before the checkpoint; an emptyDir stays behind with its files',
    seen: SEEN,
  },
  {
    id: 'criu-file-size',
    weight: 'cause',
    patterns: [/File (?<path>\S+) has bad size (?<found>\d+) \(expect (?<expected>\d+)\)/],
    examples: ['(00.024512)      1: Error (criu/files-reg.c:2175): File data/db has bad size 27 (expect 24)'],
    title:
      'the file {{path}}, which the process has open, has {{found}} bytes, and had {{expected}} when it was frozen',
    cure: 'give the volume back as it was at the moment of the checkpoint: the source goes on writing after it, so stop the source first, or take the volume from a snapshot of that moment',
    seen: SEEN,
  },
  {
    id: 'criu-file-mode',
    weight: 'cause',
    patterns: [/File (?<path>\S+) has bad mode (?<found>0\d+) \(expect (?<expected>0\d+)\)/],
    examples: ['(00.024512)      1: Error (criu/files-reg.c:2294): File . has bad mode 040555 (expect 040755)'],
    title: 'the file or folder {{path}} has the mode {{found}}, and had {{expected}} when the process was frozen',
    cure: "chmod it to {{expected}} (the last four digits count) before the restore; where {{path}} is the root folder, the archive is another engine's",
    seen: SEEN,
  },
  {
    id: 'criu-build-id',
    weight: 'cause',
    patterns: [/File (?<path>\S+) has bad build-ID/],
    examples: ['File usr/lib/libc.so.6 has bad build-ID'],
    title: 'the program or library {{path}} is another build than the one that was frozen',
    cure: 'use the exact base image, by digest, that the container was created from: thaw inspect names it',
    seen: [FILES],
  },
  {
    id: 'criu-copy-sharing',
    weight: 'cause',
    patterns: [/Failed to copy sharing from/],
    examples: ['Error (criu/mount-v2.c:967): mnt-v2: Failed to copy sharing from source /run/.containerenv to 412'],
    title:
      'a mount of the frozen container has a counterpart on another file system here, and the two cannot share a group',
    cure: "restore it under the engine that made the archive: the mount is one that only that engine makes (CRI-O's /run/.containerenv)",
    seen: SEEN,
  },
  {
    id: 'criu-images-unreadable',
    weight: 'cause',
    patterns: [/Not supported images version (?<version>\d+)/, /(?:Head m|M)agic doesn't match for (?<file>\S+)/],
    examples: ['Not supported images version 3', "Magic doesn't match for pages-1.img"],
    title: "{{node}}'s CRIU does not understand the images of the CRIU that froze the process",
    cure: 'install on the target node a CRIU that is at least as new as the one on the source node',
    seen: [{ program: 'CRIU', version: '4.2', source: 'criu/image.c' }],
  },
  {
    id: 'criu-images-truncated',
    weight: 'cause',
    patterns: [/Unexpected EOF on (?<file>\S+)/, /Img trimmed \d+\/\d+/, /Reached EOF unexpectedly while reading page/],
    examples: [
      'Unexpected EOF on core-1.img',
      'Img trimmed 12/40',
      'Reached EOF unexpectedly while reading page from image',
    ],
    title: "one of CRIU's images is cut off, so the archive was not complete when it was converted",
    cure: 'checkpoint the source again, and convert the archive when the checkpoint call has returned',
    seen: [
      { program: 'CRIU', version: '4.2', source: 'criu/protobuf.c' },
      { program: 'CRIU', version: '4.2', source: 'criu/pagemap.c' },
    ],
  },
];
