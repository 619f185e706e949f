import type { Member } from '../../checkpoint/member.ts';
import type { LayerPlanName } from '../engines/engine.ts';
import type { Segment } from './segments.ts';

/** A run of bytes in a layer: of the archive in their place, a second copy of a folder's member, or zeros. */
export type Part =
  | { readonly kind: 'archive'; readonly start: number; readonly end: number }
  | { readonly kind: 'copy'; readonly start: number; readonly end: number }
  | { readonly kind: 'zeros'; readonly length: number };

/** What one layer holds, in order. */
export type LayerPlan = readonly Part[];

/** Where `split` cuts. Part of every digest: other limits make other images of the same archive. */
export interface PlanLimits {
  /** A member of this many bytes or more is worth a layer of its own: a request costs less than hashing it. */
  readonly largeMember: number;
  /** Engines mount up to 127 layers; the gain of parallel pulls ends far below. */
  readonly mostLayers: number;
}

export const PLAN_LIMITS: PlanLimits = { largeMember: 8 * 1024 ** 2, mostLayers: 32 };

/** An archive of this many bytes or more is split unless told otherwise. */
export const LARGE_ARCHIVE = 64 * 1024 ** 2;
/** Two zero blocks end a tar archive (POSIX.1-2024, pax, "ustar Interchange Format"). */
export const END_MARK = 1024;

/** `split` where it gives a large archive more than one layer, else `single`. */
export function defaultPlan(members: readonly Member[], archiveSize: number): LayerPlanName {
  return archiveSize >= LARGE_ARCHIVE && planLayers(members, archiveSize, 'split').length > 1 ? 'split' : 'single';
}

/**
 * How an archive of `archiveSize` bytes is cut into layers. `single`: it is one layer. `split`: small members together
 * in the first layer, each large one in a layer of its own (beyond the most layers they share), cut at member boundaries
 * only. A layer begins with the members of the folders it needs, since a folder that no layer describes gets default
 * permissions, and ends in an end mark. Archives whose members depend on each other's order (links, names that come
 * twice, bytes between members) are never cut.
 */
export function planLayers(
  members: readonly Member[],
  archiveSize: number,
  plan: LayerPlanName,
  { largeMember, mostLayers }: PlanLimits = PLAN_LIMITS,
): LayerPlan[] {
  const whole: LayerPlan = [{ kind: 'archive', start: 0, end: archiveSize }];
  if (plan === 'single' || !isCuttable(members)) return [whole];
  const large = members.filter(({ size }) => size >= largeMember);
  const small = members.filter(({ size }) => size < largeMember);
  const groups = [...(small.length > 0 ? [small] : []), ...pack(large, mostLayers - 1)];
  if (groups.length < 2) return [whole];
  const folders = new Map(members.filter(({ type }) => type === 'directory').map((member) => [member.name, member]));
  const last = members.at(-1);
  return groups.map((group) => layerOf(group, folders, group.at(-1) === last ? archiveSize : undefined));
}

/** What a layer's descriptor says of it: see segments.ts. */
export function segmentsOf(layer: LayerPlan): Segment[] {
  return layer.map((part) =>
    part.kind === 'archive'
      ? { kind: 'archive', offset: part.start, length: part.end - part.start }
      : { kind: 'inserted', length: partLength(part) },
  );
}

/** Bytes of a part. */
export function partLength(part: Part): number {
  return part.kind === 'zeros' ? part.length : part.end - part.start;
}

function isCuttable(members: readonly Member[]): boolean {
  const plain = members.every(({ type }) => type === 'file' || type === 'directory');
  const once = new Set(members.map(({ name }) => name)).size === members.length;
  const gapless = members.every(({ start }, index) => start === (members[index - 1]?.end ?? 0));
  return plain && once && gapless;
}

/** Spreads members over at most `most` groups of like size: the largest first, each into the emptiest group. */
function pack(members: readonly Member[], most: number): Member[][] {
  const groups: { size: number; members: Member[] }[] = [];
  for (const member of members.toSorted((a, b) => b.size - a.size || a.start - b.start)) {
    if (groups.length < most) groups.push({ size: member.size, members: [member] });
    else
      addTo(
        groups.reduce((emptiest, group) => (group.size < emptiest.size ? group : emptiest)),
        member,
      );
  }
  const inOrder = groups.map((group) => group.members.sort((a, b) => a.start - b.start));
  return inOrder.sort((a, b) => (a[0]?.start ?? 0) - (b[0]?.start ?? 0));
}

function addTo(group: { size: number; members: Member[] }, member: Member): void {
  group.size += member.size;
  group.members.push(member);
}

/** `archiveEnd` is given for the layer that holds the last member, and with it the archive's own end mark. */
function layerOf(group: readonly Member[], folders: ReadonlyMap<string, Member>, archiveEnd?: number): LayerPlan {
  const parts: Part[] = [];
  const described = new Set<string>();
  for (const member of group) {
    for (const folder of missingFolders(member, folders, described)) {
      parts.push({ kind: 'copy', start: folder.start, end: folder.end });
    }
    described.add(member.name);
    append(parts, member.start, member.end);
  }
  if (archiveEnd === undefined) parts.push({ kind: 'zeros', length: END_MARK });
  else append(parts, group.at(-1)?.end ?? 0, archiveEnd);
  return parts;
}

/** The members of a member's folders that the layer has not described yet, outermost first. */
function missingFolders(member: Member, folders: ReadonlyMap<string, Member>, described: Set<string>): Member[] {
  const steps = member.name.split('/').slice(0, -1);
  const names = steps.map((_, index) => steps.slice(0, index + 1).join('/'));
  const missing = names.filter((name) => folders.has(name) && !described.has(name));
  for (const name of missing) described.add(name);
  return missing.flatMap((name) => folders.get(name) ?? []);
}

function append(parts: Part[], start: number, end: number): void {
  const last = parts.at(-1);
  if (last?.kind === 'archive' && last.end === start)
    parts[parts.length - 1] = { kind: 'archive', start: last.start, end };
  else parts.push({ kind: 'archive', start, end });
}
