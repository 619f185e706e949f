import type { CgroupPlan } from './cgroups.ts';

/** What runc fails at on a host, when CRI-O asks for it. */
export interface RuncLimits {
  /** Lowering oom_score_adj, without CAP_SYS_RESOURCE: `can't get final child's PID from pipe: EOF`. */
  readonly oomScoreAdj: boolean;
  /** Limits of huge pages, where no v1 hierarchy carries them: CRI-O asks whether the kernel knows hugetlb, no more. */
  readonly hugepageLimits: boolean;
}

/** What runc fails at on this host. containerd has settings for both, CRI-O has none. */
export function runcLimits(sysResource: boolean, plan: CgroupPlan): RuncLimits {
  return { oomScoreAdj: !sysResource, hugepageLimits: plan.version === 1 && !carriesHugetlb(plan.hierarchies) };
}

/**
 * A program in front of runc that takes out of a bundle's config.json what runc fails at, for every call that names a
 * bundle (create and restore); undefined where there is nothing to take out. `null` and `[]` are what runc reads as
 * absent; the quotes of the keys cannot stand unescaped within a string of JSON.
 */
export function runcWrapper({ oomScoreAdj, hugepageLimits }: RuncLimits): string | undefined {
  const edits = [
    ...(oomScoreAdj ? ['s/"oomScoreAdj": *-?[0-9]+/"oomScoreAdj":null/g'] : []),
    ...(hugepageLimits ? [String.raw`s/"hugepageLimits": *\[[^]]*\]/"hugepageLimits":[]/g`] : []),
  ];
  if (edits.length === 0) return undefined;
  return [
    '#!/bin/sh',
    'previous=',
    'for argument; do',
    `  [ "$previous" != --bundle ] || sed -i -E -z '${edits.join('; ')}' "$argument/config.json" || exit`,
    '  previous=$argument',
    'done',
    'exec runc "$@"',
    '',
  ].join('\n');
}

function carriesHugetlb(hierarchies: readonly { readonly controllers: string }[]): boolean {
  return hierarchies.some(({ controllers }) => controllers.split(',').includes('hugetlb'));
}
