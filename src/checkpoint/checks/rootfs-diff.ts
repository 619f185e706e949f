import type { Member } from '../member.ts';
import { type Finding, MAX_FINDINGS, quote } from './finding.ts';
import { type Links, leavesRoot } from './leaves-root.ts';

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
  const path = type === 'symlink' ? parentOf(rawName) : rawName;
  if (rawName.startsWith('/') || leavesRoot(path, links)) {
    findings.push(finding('rootfs-diff.tar', rawName, `the name ${quote(rawName)}`));
  }
  if (type === 'hardlink' && (linkName.startsWith('/') || leavesRoot(linkName, links))) {
    findings.push(finding('rootfs-diff.tar', rawName, `the hard link ${quote(rawName)}, to ${quote(linkName)},`));
  }
  const target = type === 'symlink' ? linkName : links.get(plain(linkName));
  if (target !== undefined && type.endsWith('link')) links.set(plain(rawName), target);
  return findings;
}

/** Paths in deleted.files begin with a slash, the container's root. */
function checkDeleted(deletedFiles: readonly string[], links: Links): Finding[] {
  return deletedFiles
    .filter((path) => leavesRoot(parentOf(path), links))
    .slice(0, MAX_FINDINGS)
    .map((path) => finding('deleted.files', path, `the path ${quote(path)}`));
}

/** The last part is made or deleted, not followed; unless it is "..", which has to be looked at like the others. */
function parentOf(name: string): string {
  const trimmed = name.replace(/\/+$/, '');
  return /(?:^|\/)\.\.$/.test(trimmed) ? trimmed : trimmed.slice(0, Math.max(trimmed.lastIndexOf('/'), 0));
}

function plain(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function finding(file: string, name: string, what: string): Finding {
  return {
    code: 'ROOTFS_DIFF_ESCAPES',
    message: `${what} in ${file} leaves the container's root`,
    next: 'do not restore this archive: find out who made it, and take the checkpoint again',
    facts: { file, name: quote(name) },
  };
}
