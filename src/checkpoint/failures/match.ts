import type { FailureContext } from './context.ts';
import type { Failure, FailureText } from './failure.ts';

/** A failure and the text that says it. */
export interface Match {
  readonly failure: Failure;
  readonly quote: FailureText;
  /** What the pattern's named groups found. */
  readonly facts: Readonly<Record<string, string>>;
}

/** Characters of a text, or of a line of a log, that are looked at: hostile texts may be endless. */
const LOOKED_AT = 16_384;
/** Lines of a log that are looked at, from its end: that is where CRIU says why it gave up. */
const LINES = 20_000;

/** CRIU's own word comes first, then what was made of it on the way up. */
const ORIGINS: readonly FailureText['origin'][] = ['log', 'answer', 'status', 'event'];

/** Every failure that the texts tell of, once: by origin, then in the order of the failures. */
export function matchTexts(
  texts: readonly FailureText[],
  failures: readonly Failure[],
  context: FailureContext,
): Match[] {
  const possible = failures.filter(({ when }) => when === undefined || when(context));
  const pieces = ORIGINS.flatMap((origin) => texts.filter((text) => text.origin === origin)).flatMap(split);
  const found = pieces.flatMap((quote) => oneCause(possible.flatMap((failure) => matchOne(failure, quote) ?? [])));
  return found.filter(({ failure }, at) => found.findIndex((other) => other.failure === failure) === at);
}

function split(said: FailureText): FailureText[] {
  if (said.origin !== 'log') return [{ ...said, text: said.text.slice(0, LOOKED_AT) }];
  const lines = said.text.split('\n').slice(-LINES);
  return lines.map((line) => ({ ...said, text: line.slice(0, LOOKED_AT).trim() }));
}

/** A text names one cause. What is on top of it says the same more generally: the first in the catalogue's order counts. */
function oneCause(matches: readonly Match[]): Match[] {
  const cause = matches.find(({ failure }) => failure.weight === 'cause');
  return matches.filter((match) => match === cause || match.failure.weight !== 'cause');
}

function matchOne(failure: Failure, quote: FailureText): Match | undefined {
  for (const pattern of failure.patterns) {
    const match = pattern.exec(quote.text);
    if (match !== null) return { failure, quote, facts: factsOf(match.groups ?? {}) };
  }
  return undefined;
}

/** The groups that took part in the match. */
function factsOf(groups: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const taken = Object.entries(groups).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(taken);
}
