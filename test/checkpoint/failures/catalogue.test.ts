import test from 'ava';
import { failurePage } from '../../../scripts/failure-table.ts';
import { CATALOGUE, FAILURES } from '../../../src/checkpoint/failures/catalogue.ts';
import type { FailureContext } from '../../../src/checkpoint/failures/context.ts';
import { explainFailure } from '../../../src/checkpoint/failures/explain.ts';
import type { Failure, FailureText } from '../../../src/checkpoint/failures/failure.ts';

const node = (name: string, version: string): FailureContext => ({
  node: { name: 'node-b', engine: { name, version } },
});

/** What must be known besides the text, where the text alone has several readings. */
const CONTEXTS: Readonly<Record<string, FailureContext>> = {
  'containerd-cannot-restore': node('containerd', '2.4.2'),
  'crio-restore-off': node('cri-o', '1.37.0'),
  'crio-base-without-command': node('cri-o', '1.37.0'),
  'containerd-base-without-command': node('containerd', '2.3.7'),
  'annotation-missing': node('containerd', '2.3.7'),
};

test('every failure has an id of its own, words, and a place where it was seen', (t) => {
  t.is(new Set(FAILURES.map(({ id }) => id)).size, FAILURES.length);
  t.is(FAILURES.length, Object.values(CATALOGUE).flat().length);
  for (const { id, title, cure, seen, patterns, examples } of FAILURES) {
    t.regex(id, /^[a-z]+(-[a-z]+)*$/);
    t.true(seen.length > 0, id);
    t.false(/[.!]$/.test(title) || /[.!]$/.test(cure), `${id}: title and cure end without a full stop`);
    t.is(patterns.length > 0, examples.length > 0, `${id}: patterns and the texts that they are for go together`);
  }
});

const recognised = test.macro({
  exec(t, { id, weight }: Failure, text: string) {
    for (const origin of ['log', 'answer', 'status', 'event'] as const) {
      if (origin === 'log' && text.includes('\n')) continue;
      const said: FailureText = { origin, text };
      const found = explainFailure([said], CONTEXTS[id] ?? {});
      const one = found.find((explanation) => explanation.id === id);
      t.truthy(one, `${origin}: ${found.map((explanation) => explanation.id).join(', ')}`);
      if (weight === 'cause') t.is(found[0]?.id, id, origin);
      t.is(one?.quote?.text, text);
      t.notRegex(`${one?.title} ${one?.cure}`, /\{\{|\}\}|<(?:path|paths|why|image|base|node|found|expected)>/);
    }
  },
  title: (_, { id }: Failure, text: string) => `${id}: ${text.replace(/\s+/g, ' ').slice(0, 150)}`,
});

for (const failure of FAILURES) for (const text of failure.examples) test(recognised, failure, text);

test('every pattern is there for a text that was said', (t) => {
  for (const { id, patterns, examples } of FAILURES) {
    for (const pattern of patterns) {
      t.true(
        examples.some((text) => pattern.test(text)),
        `${id}: ${pattern}`,
      );
      t.false(pattern.global || pattern.sticky, `${id}: a pattern keeps no state`);
    }
  }
});

test('a failure that only a check finds has no text', (t) => {
  const silent = FAILURES.filter(({ patterns }) => patterns.length === 0).map(({ id }) => id);
  t.deepEqual(silent.sort(), [
    'base-image-not-brought',
    'closed-connection',
    'node-not-ready',
    'other-engine',
    'restart-policy',
  ]);
});

test('docs/failures.md lists every failure as it is', async (t) => {
  const { now, wanted } = await failurePage();
  t.is(now, wanted, 'run: node scripts/failure-table.ts');
});
