import type { FailureContext, ImageContext, NodeContext } from '../../checkpoint/failures/context.ts';
import { explainFailure } from '../../checkpoint/failures/explain.ts';
import type { FailureText, Weight } from '../../checkpoint/failures/failure.ts';
import { type ContainerState, containerStates } from '../../kube/failure/container-states.ts';
import { nodeContext, podContext } from '../../kube/failure/context.ts';
import { containerTexts, podTexts } from '../../kube/failure/texts.ts';
import { fieldsOf } from '../../kube/fields.ts';
import type { Diagnosis, Part } from './diagnosis.ts';
import type { Question } from './question.ts';
import { isStarting, stateWords } from './state.ts';

/** Reads a manifest, or says why it cannot be read. */
export type ReadImage = (reference: string) => Promise<ImageContext | string>;

/** Finds out why a pod is not restored. `container` narrows it to one. */
export async function diagnose(question: Question, readImage: ReadImage, container?: string): Promise<Diagnosis> {
  const { pod, name, events, log, notes } = question;
  const named = name === undefined ? {} : { pod: name };
  if (pod === undefined) return { ...named, ...withoutPod(events, log), notes };
  const node = nodeOf(question);
  const states = containerStates(pod).filter((state) => container === undefined || state.name === container);
  const failed = states.filter((state) => !state.well && !isStarting(state, containerTexts(state, events)));
  const said = { log, of: failed.length === 1 ? failed[0]?.name : undefined };
  const parts: Part[] = [];
  const unread: string[] = [];
  for (const state of states) {
    const context = await contextOf(pod, state, node, readImage, unread);
    const extra = said.of === state.name ? logTexts(log) : [];
    parts.push(containerPart(state, [...extra, ...containerTexts(state, events)], context));
  }
  parts.push(
    ...podPart(podTexts(pod, events), states, { node }),
    ...(said.of === undefined ? logPart(log, { node }) : []),
  );
  return { ...named, node, verdict: verdictOf(parts, failed), parts, notes: [...notes, ...new Set(unread)] };
}

/** The node as far as it could be read; its name the pod knows too. */
function nodeOf({ pod, node }: Question): NodeContext {
  const name = fieldsOf(fieldsOf(pod)['spec'])['nodeName'];
  return { ...(typeof name === 'string' ? { name } : {}), ...nodeContext(node) };
}

async function contextOf(
  pod: unknown,
  state: ContainerState,
  node: NodeContext,
  readImage: ReadImage,
  unread: string[],
): Promise<FailureContext> {
  const { pod: known, reference } = podContext(pod, state.name, state.exitCode);
  if (isSound(state) || reference === undefined) return { node, pod: known };
  const image = await readImage(reference);
  if (typeof image !== 'string') return { node, pod: known, image };
  unread.push(image);
  return { node, pod: known };
}

function containerPart(state: ContainerState, texts: readonly FailureText[], context: FailureContext): Part {
  const what = `${state.init ? 'init container' : 'container'} ${state.name}`;
  const words = stateWords(state);
  const { well } = state;
  if (isSound(state)) return { what, state: words, well, explanations: [], unexplained: [] };
  const starting = isStarting(state, texts);
  const fits = (weight: Weight) => (well ? weight === 'advice' : !starting || weight === 'cause');
  const explanations = explainFailure(well ? [] : texts, context).filter(({ weight }) => fits(weight));
  const known = well || starting || explanations.some(({ weight }) => weight !== 'advice');
  return { what, state: words, well, explanations, unexplained: known ? [] : texts, ...endedPart(state) };
}

/** Well, and was so from its first start on: nobody need look closer. */
function isSound({ well, restarts }: ContainerState): boolean {
  return well && restarts === 0;
}

function endedPart({ kind, ran, name }: ContainerState): Pick<Part, 'ended'> {
  return kind === 'ended' && ran ? { ended: name } : {};
}

/** Trouble of the pod as a whole counts as long as a container is not well. */
function podPart(texts: readonly FailureText[], states: readonly ContainerState[], context: FailureContext): Part[] {
  if (texts.length === 0 || (states.length > 0 && states.every(({ well }) => well))) return [];
  return [textPart('pod', texts, context)];
}

function logPart(log: string | undefined, context: FailureContext): Part[] {
  return log === undefined ? [] : [textPart('log', logTexts(log), context)];
}

function textPart(what: string, texts: readonly FailureText[], context: FailureContext): Part {
  const explanations = explainFailure(texts, context);
  const unexplained = explanations.length === 0 ? texts : [];
  return { what, state: '', well: false, explanations, unexplained };
}

function logTexts(log: string | undefined): FailureText[] {
  return log === undefined ? [] : [{ origin: 'log', text: log }];
}

function withoutPod(events: readonly unknown[], log: string | undefined): Pick<Diagnosis, 'verdict' | 'parts'> {
  const texts = podTexts(undefined, events);
  const parts = [...(events.length === 0 ? [] : [textPart('pod', texts, {})]), ...logPart(log, {})];
  return { verdict: events.length === 0 ? 'failed' : 'gone', parts };
}

function verdictOf(parts: readonly Part[], failed: readonly ContainerState[]): Diagnosis['verdict'] {
  if (parts.every(({ well }) => well)) return 'healthy';
  const trouble = parts.some(({ explanations, unexplained }) => explanations.length + unexplained.length > 0);
  return failed.length > 0 || trouble ? 'failed' : 'starting';
}
