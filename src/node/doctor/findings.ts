import { FIRST } from '../runtime/too-old.ts';
import { isAtLeast, parseVersion, showVersion } from '../runtime/version.ts';
import type { NodeFacts } from './facts.ts';

/** What a finding stands in the way of: a restore method, or checkpoints on this node. */
export type Hindered = 'image' | 'runtime' | 'checkpoint';

/** Something about a node that stands in the way. */
export interface Finding {
  /** Stable, for whoever reads --json. */
  readonly id: string;
  readonly hinders: readonly Hindered[];
  /** Whether nothing of that works, rather than some containers' cases. */
  readonly blocks: boolean;
  readonly what: string;
  readonly change: string;
}

/** A rule about nodes; gives what is wrong, if it is. */
interface Rule extends Pick<Finding, 'id' | 'hinders' | 'blocks'> {
  readonly look: (facts: NodeFacts) => Pick<Finding, 'what' | 'change'> | undefined;
}

/** Everything that is wrong with a node, by what it hinders most. */
export function findingsOf(facts: NodeFacts): Finding[] {
  return RULES.flatMap(({ look, ...rule }) => {
    const found = look(facts);
    return found === undefined ? [] : [{ ...rule, ...found }];
  });
}

/** The restore methods that work on a node. */
export function methodsOf(findings: readonly Finding[]): ('image' | 'runtime')[] {
  const blocked = new Set(findings.filter(({ blocks }) => blocks).flatMap(({ hinders }) => hinders));
  return (['runtime', 'image'] as const).filter((method) => !blocked.has(method));
}

const ALL: readonly Hindered[] = ['checkpoint', 'image', 'runtime'];

const RULES: readonly Rule[] = [
  {
    id: 'runc-missing',
    hinders: ALL,
    blocks: true,
    look: ({ runc }) =>
      runc === null
        ? { what: 'there is no runc, which alone can checkpoint and restore', change: 'install runc' }
        : undefined,
  },
  {
    id: 'criu-missing',
    hinders: ALL,
    blocks: true,
    look: ({ criu }) =>
      criu === null ? { what: 'there is no CRIU', change: 'install criu, 4.2 or later' } : undefined,
  },
  {
    // Seen: CRIU 4.1.1 on 6.18 cannot read SO_PASSCRED of an inet socket.
    id: 'criu-older-than-kernel',
    hinders: ['checkpoint'],
    blocks: false,
    look: ({ criu, kernel }) =>
      criu !== null && isAtLeast(parseVersion(kernel), [6, 16, 0]) && !isAtLeast(parseVersion(criu), [4, 2, 0])
        ? { what: `CRIU ${criu} cannot freeze sockets on kernel ${kernel}`, change: 'update criu to 4.2 or later' }
        : undefined,
  },
  {
    id: 'runtime-too-old',
    hinders: ['runtime'],
    blocks: true,
    look: ({ runtime: { name, version } }) =>
      isAtLeast(parseVersion(version), FIRST[name])
        ? undefined
        : {
            what: `${name} ${version} cannot mount an image as a volume`,
            change: `update it to ${showVersion(FIRST[name])} or later`,
          },
  },
  {
    id: 'thaw-absent',
    hinders: ['runtime'],
    blocks: true,
    look: ({ thaw }) =>
      thaw === 'absent' ? { what: 'the thaw runtime is not installed', change: 'run thaw node install' } : undefined,
  },
  {
    id: 'thaw-changed',
    hinders: ['runtime'],
    blocks: true,
    look: ({ thaw }) =>
      thaw === 'changed'
        ? { what: "some of thaw's files are gone or not as they were", change: 'run thaw node install --force' }
        : undefined,
  },
  {
    id: 'handler-not-in-force',
    hinders: ['runtime'],
    blocks: true,
    look: ({ thaw, isInForce, runtime: { name } }) =>
      thaw !== 'absent' && !isInForce
        ? {
            what: `${name} was not restarted since it was told of the handler thaw`,
            change: 'run thaw node install --restart',
          }
        : undefined,
  },
  {
    id: 'own-restore-off',
    hinders: ['image'],
    blocks: true,
    look: ({ ownRestore: { works, why, change } }) =>
      works
        ? undefined
        : { what: why ?? 'the runtime does not restore', change: change ?? 'use restore method runtime' },
  },
  {
    id: 'tcp-undecided',
    hinders: ['checkpoint', 'image'],
    blocks: false,
    look: ({ criuOptions }) =>
      criuOptions.some((option) => option.startsWith('tcp-'))
        ? undefined
        : {
            what: 'containers with open connections cannot be frozen: /etc/criu/runc.conf does not say what becomes of them',
            change: 'write tcp-close (they are closed) or tcp-established (they are kept) into it',
          },
  },
  {
    id: 'cgroups-managed',
    hinders: ['image'],
    blocks: false,
    look: ({ cgroups, criuOptions }) =>
      cgroups === 1 || criuOptions.includes('manage-cgroups=ignore')
        ? undefined
        : {
            what: 'on cgroup v2 CRIU may fail to put cgroups back',
            change: 'write manage-cgroups ignore into /etc/criu/runc.conf',
          },
  },
];
