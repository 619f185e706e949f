import type { Member } from '../member.ts';
import { type Finding, MAX_FINDINGS, quote } from './finding.ts';
import { type Links, ownPlaceOf, placeOf } from './place.ts';

/**
 * No name in rootfs-diff.tar, no hard link's target and no path in deleted.files may leave the container's root, neither
 * by itself nor through a symlink that an earlier member made: the runtimes write and delete these on the host, as root
 * (Podman's and CRI-O's CRRemoveDeletedFiles joins the paths and deletes). A symlink itself may point anywhere, since it
 * is read inside the container. Devices and setuid files pass: the image that a container comes from may hold them too,
 * and what the container may do with them is the device cgroup's and the restored pod's to say.
 */
export function checkRootfsDiff(members: readonly Member[], deletedFiles: readonly string[]): Finding[] {
  const links: Links = new Map();
  const findings: Finding[] = [];
  for (const member of members) {
    findings.push(...checkMember(member, links));
    if (findings.length >= MAX_FINDINGS) return findings.slice(0, MAX_FINDINGS);
  }
  return [...findings, ...checkDeleted(deletedFiles, links)];
}

/**
 * A name is taken as the archive has it: what one reader cleans away another one follows. A symlink that is replaced is
 * not followed; a file or folder of a symlink's name may be, by a reader that writes or sets modes through it.
 */
function checkMember({ rawName, type, linkName = '' }: Member, links: Links): Finding[] {
  const findings: Finding[] = [];
  const own = ownPlaceOf(rawName, links);
  const leads = type === 'symlink' ? own || undefined : placeOf(rawName, links);
  if (rawName.startsWith('/') || leads === undefined) {
    findings.push(finding('rootfs-diff.tar', rawName, `the name ${quote(rawName)}`));
  }
  if (type === 'hardlink' && (linkName.startsWith('/') || placeOf(linkName, links) === undefined)) {
    findings.push(finding('rootfs-diff.tar', rawName, `the hard link ${quote(rawName)}, to ${quote(linkName)},`));
  }
  const target = targetOf(type, linkName, links);
  if (own !== undefined && target !== undefined) links.set(own, target);
  return findings;
}

/** A hard link to a symlink is one more symlink. */
function targetOf(type: Member['type'], linkName: string, links: Links): string | undefined {
  if (type === 'symlink') return linkName;
  return type === 'hardlink' ? links.get(ownPlaceOf(linkName, links) ?? '') : undefined;
}

/** Paths in deleted.files begin with a slash, the container's root. */
function checkDeleted(deletedFiles: readonly string[], links: Links): Finding[] {
  return deletedFiles
    .filter((path) => ownPlaceOf(path, links) === undefined)
    .slice(0, MAX_FINDINGS)
    .map((path) => finding('deleted.files', path, `the path ${quote(path)}`));
}

function finding(file: string, name: string, what: string): Finding {
  return {
    code: 'ROOTFS_DIFF_ESCAPES',
    message: `${what} in ${file} leaves the container's root`,
    next: 'do not restore this archive: find out who made it, and take the checkpoint again',
    facts: { file, name: quote(name) },
  };
}
