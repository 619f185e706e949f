import { checkCheckpoint, type Finding, readCheckInput } from '../../checkpoint/checks/index.ts';
import { readTcpClose } from '../../checkpoint/criu/inventory.ts';
import { readRootMode } from '../../checkpoint/criu/root-mode.ts';
import { readTcpSockets } from '../../checkpoint/criu/sockets.ts';
import type { SpecDump } from '../../checkpoint/dumps/spec-dump.ts';
import { engineOf } from '../../checkpoint/engine.ts';
import type { EngineName } from '../../checkpoint/metadata.ts';
import { ThawError } from '../../errors.ts';
import type { CheckpointImage } from './image.ts';

/** What a restore must know of a checkpoint. */
export interface Checkpoint {
  readonly engine: EngineName;
  readonly spec: SpecDump;
  readonly deletedFiles: readonly string[];
  /** Permission bits of the container's root folder. */
  readonly rootMode: number;
  readonly connected: number;
  readonly tcpClose: boolean;
}

const INVENTORY = 'checkpoint/inventory.img';
const FILES = 'checkpoint/files.img';

/** The mode that each engine gives a container's root; where CRIU's images do not tell it. */
const ROOT_MODES: Readonly<Record<EngineName, number>> = { 'cri-o': 0o555, podman: 0o555, containerd: 0o755 };

/**
 * Checks a mounted checkpoint as the builder checks an archive, and reads what a restore needs. The content of
 * rootfs-diff.tar is checked while it is applied. Throws NOT_A_CHECKPOINT, the code of the first check that fails, and
 * what the readers throw.
 */
export async function readCheckpoint(image: CheckpointImage): Promise<Checkpoint> {
  const input = await readCheckInput(image);
  refuse(checkCheckpoint(input));
  const inventory = await image.read(INVENTORY);
  if (inventory === undefined || input.spec.annotations === undefined) throw notCheckpoint();
  const engine = engineOf(input.spec);
  const files = await image.read(FILES);
  return {
    engine,
    spec: input.spec,
    deletedFiles: input.deletedFiles ?? [],
    rootMode: (files && readRootMode(FILES, files)) ?? ROOT_MODES[engine],
    connected: files ? readTcpSockets(FILES, files).connected : 0,
    tcpClose: readTcpClose(INVENTORY, inventory),
  };
}

/** On a node nobody is there to take the risk of a check that fails. */
function refuse(findings: readonly Finding[]): void {
  const [first] = findings;
  if (first === undefined) return;
  const { code, message, next, facts } = first;
  throw new ThawError(code, { message, next, facts: { ...facts, others: findings.length - 1 } });
}

function notCheckpoint(): ThawError {
  return new ThawError('NOT_A_CHECKPOINT', {
    message: `the image at /.thaw/checkpoint is no checkpoint: it lacks spec.dump or ${INVENTORY}`,
    next: 'mount a checkpoint image that thaw convert made',
  });
}
