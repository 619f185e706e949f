import { FAILURES } from './catalogue.ts';
import { type CheckFinding, checkContext } from './checks/index.ts';
import type { FailureContext } from './context.ts';
import type { Explanation, Failure, FailureText } from './failure.ts';
import { fill } from './fill.ts';
import { matchTexts } from './match.ts';

/**
 * What the texts and what is known of image, node and pod say about why a container could not be checkpointed or
 * restored, most probable first: causes that were said, causes that only a check finds, possibilities, then symptoms
 * where no cause is known, then advice. Never throws; empty where nothing is recognised.
 */
export function explainFailure(texts: readonly FailureText[], context: FailureContext = {}): Explanation[] {
  const said = matchTexts(texts, FAILURES, context).map((match) => explanation(match, context));
  const found = checkContext(context).map((finding) => explanation(finding, context));
  const all = merge([...said, ...found]);
  const caused = all.some(({ weight }) => weight === 'cause');
  return ORDER.flatMap((weight) => all.filter((one) => one.weight === weight)).filter(
    ({ weight }) => !(weight === 'symptom' && caused),
  );
}

const ORDER = ['cause', 'possibility', 'symptom', 'advice'] as const;

type Recognised = CheckFinding & { readonly quote?: FailureText };

function explanation({ failure, quote, facts }: Recognised, context: FailureContext): Explanation {
  const known = { ...contextFacts(context), ...facts };
  const { id, weight, seen } = failure satisfies Failure;
  return {
    id,
    weight,
    title: fill(failure.title, known),
    cure: fill(failure.cure, known),
    seen,
    ...(quote === undefined ? {} : { quote }),
    facts,
  };
}

/** What a text said and a check found is one: the text's quote, and the check's words, which know more. */
function merge(all: readonly Explanation[]): Explanation[] {
  return [...Map.groupBy(all, ({ id }) => id).values()].flatMap((same) => {
    const [first, last] = [same[0], same.at(-1)];
    if (first === undefined || last === undefined) return [];
    const { quote } = first;
    return [{ ...last, ...(quote === undefined ? {} : { quote }), facts: { ...first.facts, ...last.facts } }];
  });
}

/** What is known of image and node, in words that fit where it is not. */
function contextFacts({ image, node }: FailureContext): Record<string, string | undefined> {
  const engine = node?.engine;
  return {
    image: image?.reference ?? 'the image',
    node: node?.name === undefined ? 'the node' : `node ${node.name}`,
    engine: engine === undefined ? 'another engine' : `${engine.name} ${engine.version}`,
    architecture: node?.architecture,
  };
}
