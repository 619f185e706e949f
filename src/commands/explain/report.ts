import type { NodeContext } from '../../checkpoint/failures/context.ts';
import type { Explanation, FailureText } from '../../checkpoint/failures/failure.ts';
import type { Stream } from '../io.ts';
import { paint } from '../output.ts';
import { plain } from '../plain.ts';
import type { Diagnosis, Part } from './diagnosis.ts';
import { whereToLook } from './where-to-look.ts';

/** Longest quotation; what is longer is cut, and --json has it whole. */
const LONGEST = 1000;
/** Lines of a log that are shown where none of them is known. */
const LINES = 10;

/** A diagnosis in words, most probable cause first. Whatever came from outside is escaped. */
export function report(diagnosis: Diagnosis, stream: Stream): string {
  const { parts, notes } = diagnosis;
  const blocks = [head(diagnosis, stream), ...parts.map((part) => partText(part, diagnosis, stream))];
  const remarks = notes.map((note) => `note: ${plain(note)}`);
  return [...blocks, ...(remarks.length === 0 ? [] : [remarks.join('\n')])].join('\n\n');
}

const VERDICTS: Readonly<Record<Diagnosis['verdict'], string>> = {
  healthy: 'every container is well: nothing to explain',
  starting: 'still on its way, and nothing has failed so far: nothing to explain yet',
  failed: 'it failed',
  gone: 'it is gone; its events remain',
};

function head({ pod, node, verdict }: Diagnosis, stream: Stream): string {
  if (pod === undefined) return paint(stream, 'bold', 'what was said, without a pod');
  const name = paint(stream, 'bold', plain(`pod ${pod}${node === undefined ? '' : placeWords(node)}`));
  return `${name}: ${VERDICTS[verdict]}`;
}

function placeWords({ name, engine, architecture }: NodeContext): string {
  if (name === undefined) return ' on no node yet';
  const about = [engine && `${engine.name} ${engine.version}`, architecture].filter(Boolean);
  return ` on ${name}${about.length > 0 ? ` (${about.join(', ')})` : ''}`;
}

function partText(part: Part, diagnosis: Diagnosis, stream: Stream): string {
  const { what, state, explanations } = part;
  const title = `${paint(stream, 'bold', plain(what))}${state === '' ? '' : `: ${plain(state)}`}`;
  const known = explanations.map((one, at) => explanationText(one, at > 0, stream));
  return [title, ...known, ...unknownText(part, diagnosis, stream)].join('\n');
}

const ASIDE: Readonly<Record<Explanation['weight'], string>> = {
  cause: 'and then',
  possibility: 'or',
  symptom: 'and',
  advice: 'besides',
};

function explanationText({ title, cure, quote, weight }: Explanation, further: boolean, stream: Stream): string {
  return [
    ...(further ? [`  ${ASIDE[weight]}`] : []),
    ...(quote === undefined ? [] : [line('said', quoted(quote), stream)]),
    line('means', sentence(title), stream),
    line('change', sentence(cure), stream),
  ].join('\n');
}

function unknownText(
  { well, explanations, ended, unexplained: texts }: Part,
  { pod, node, verdict }: Diagnosis,
  stream: Stream,
): string[] {
  const known = explanations.some(({ weight }) => weight !== 'advice');
  if (well || known || verdict === 'starting') return [];
  const said = texts.flatMap(shown).map((text) => line('said', quoted(text), stream));
  const means = texts.length === 0 ? 'nobody has said why' : 'thaw does not know this text';
  if (ended !== undefined && texts.length === 0) return [line('look', logsOf(pod, ended), stream)];
  const look = whereToLook(pod, node).map((place) => line('look', place, stream));
  return [...said, line('means', sentence(means), stream), ...look];
}

function logsOf(pod: string | undefined, container: string): string {
  const [namespace, name] = pod?.split('/') ?? [];
  return `the program's own log says why: kubectl logs ${name} -n ${namespace} -c ${container}`;
}

/** A log is long: its lines with errors, the first ones, are what counts. */
function shown(said: FailureText): FailureText[] {
  if (said.origin !== 'log') return [said];
  const lines = said.text.split('\n').filter((text) => text.trim() !== '');
  const errors = lines.filter((text) => /error/i.test(text));
  const chosen = errors.length > 0 ? errors.slice(0, LINES) : lines.slice(-LINES);
  return chosen.map((text) => ({ origin: 'log', text }));
}

function quoted({ reason, text }: FailureText): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  const lines = cut.split('\n').map((one) => plain(one.trim()));
  return `${reason ? `${plain(reason)}: ` : ''}${lines.filter(Boolean).join(' ')}`;
}

function line(label: string, text: string, stream: Stream): string {
  return `  ${paint(stream, 'dim', label.padEnd('change'.length))}  ${plain(text)}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
