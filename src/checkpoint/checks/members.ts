import type { Member } from '../member.ts';
import { type Finding, MAX_FINDINGS, quote } from './finding.ts';

/** Names and kinds of the archive's own members. See each rule below for what it guards. */
export function checkMembers(members: readonly Member[]): Finding[] {
  return [
    ...first(members, unsafeName),
    ...throughFiles(members),
    ...first(members, unsafeType),
    ...first(members, whiteout),
    ...duplicates(members),
  ];
}

function first(members: readonly Member[], rule: (member: Member) => Finding | undefined): Finding[] {
  const findings: Finding[] = [];
  for (const member of members) {
    const finding = rule(member);
    if (finding !== undefined) findings.push(finding);
    if (findings.length === MAX_FINDINGS) break;
  }
  return findings;
}

/** PATH_MAX of Linux: no reader could unpack a longer name. */
const LONGEST_NAME = 4_096;

/** A name must lead to one place below the folder it is unpacked in, and to the same one for every reader. */
function unsafeName(member: Member): Finding | undefined {
  const why = reasonAgainst(member);
  if (why === undefined) return undefined;
  return finding('MEMBER_NAME_UNSAFE', member.rawName, `the member name ${quote(member.rawName)} ${why}`, { why });
}

/** The archive's root folder, `./`, is no member that could go astray. */
function reasonAgainst({ rawName, type }: Member): string | undefined {
  if (type === 'directory' && /^\.\/*$/.test(rawName)) return undefined;
  if (rawName === '') return 'is empty';
  if (rawName.length > LONGEST_NAME) return `has more than ${LONGEST_NAME} characters`;
  if (rawName.startsWith('/')) return 'is absolute';
  const parts = partsOf(rawName, type);
  if (parts.includes('..')) return 'climbs with ".."';
  if (parts.includes('.') || parts.includes('')) return 'is no plain path';
  if (rawName.includes('\uFFFD') || !rawName.isWellFormed()) return 'is no UTF-8';
  if (rawName.includes('\\')) return 'holds a backslash, which is a separator elsewhere';
  return [...rawName].some(isControl) ? 'holds a control character' : undefined;
}

/** The parts of a name as the archive has it: one leading `./` and a folder's last slash are no parts. */
function partsOf(rawName: string, type: Member['type']): string[] {
  const name = rawName.replace(/^\.\//, '');
  return (type === 'directory' ? name.replace(/\/$/, '') : name).split('/');
}

function isControl(character: string): boolean {
  return character < ' ' || character === '\u007f';
}

/** A file that is also another member's folder: some readers fail, some follow it when it is a link. */
function throughFiles(members: readonly Member[]): Finding[] {
  const files = new Set(members.filter(({ type }) => type !== 'directory').map(({ name }) => name));
  return first(members, ({ name, rawName }) => {
    const file = parentsOf(name).find((parent) => files.has(parent));
    if (file === undefined) return undefined;
    const message = `the member ${quote(rawName)} lies in ${quote(file)}, which is no folder`;
    return finding('MEMBER_NAME_UNSAFE', rawName, message, { why: 'lies in a file', file });
  });
}

/** An engine writes regular files and folders only; links and devices have led readers astray (CVE-2026-53489). */
function unsafeType({ rawName, type }: Member): Finding | undefined {
  if (type === 'file' || type === 'directory') return undefined;
  const what = type === 'other' ? 'of a kind that no engine writes' : `a ${type}`;
  const message = `the member ${quote(rawName)} is ${what}, and a checkpoint holds files and folders only`;
  return finding('MEMBER_TYPE_UNSAFE', rawName, message, { type });
}

/** OCI image specification 1.1.1, layer.md, "Whiteouts": such a name deletes another file instead of being one. */
function whiteout({ name, rawName }: Member): Finding | undefined {
  if (!name.split('/').some((part) => part.startsWith('.wh.'))) return undefined;
  const message = `an image layer takes the member name ${quote(rawName)} for a whiteout: the file would be missing`;
  return finding('MEMBER_WHITEOUT', rawName, message, {});
}

function duplicates(members: readonly Member[]): Finding[] {
  const seen = new Set<string>();
  return first(members, ({ name, rawName }) => {
    if (seen.has(name)) return finding('MEMBER_DUPLICATE', rawName, `two members are called ${quote(name)}`, {});
    seen.add(name);
    return undefined;
  });
}

/** `a/b/c` → `a`, `a/b`. A name that is too long is unsafe anyhow, and its parents too many to look at. */
function parentsOf(name: string): string[] {
  const parents: string[] = [];
  if (name.length > LONGEST_NAME) return parents;
  for (let slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
    parents.push(name.slice(0, slash));
  }
  return parents;
}

function finding(code: Finding['code'], member: string, message: string, facts: Finding['facts']): Finding {
  const next = 'do not restore this archive: find out who made it, and take the checkpoint again';
  return { code, message, next, facts: { member: quote(member), ...facts } };
}
