import type { Survey } from './survey.ts';
import type { RepositorySurvey } from './survey-repository.ts';

/** Something that another program than thaw has written. */
export interface ForeignTrace {
  readonly repository: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly what: string;
}

/**
 * The newest thing that another program has written since `since` (milliseconds since 1970), if any: an upload session
 * as CNCF Distribution makes them, or a link that others than its owner may read, which thaw never makes. Claiming changes
 * a link's time, so what counts is when it was made.
 */
export function newestForeignTrace({ repositories }: Survey, since: number): ForeignTrace | undefined {
  return repositories
    .flatMap(tracesOf)
    .filter(({ at }) => at >= since)
    .reduce<ForeignTrace | undefined>(
      (newest, one) => (newest !== undefined && newest.at > one.at ? newest : one),
      undefined,
    );
}

function tracesOf({ repository, sessions, layers, manifests }: RepositorySurvey): ForeignTrace[] {
  const uploads = sessions
    .filter(({ foreign }) => foreign)
    .map(({ touched, id }) => ({ repository, at: touched, what: `upload session ${id}` }));
  const links = [...layers, ...[...manifests].map(([digest, { link }]) => [digest, link] as const)]
    .filter(([, { open }]) => open)
    .map(([digest, { made }]) => ({ repository, at: made, what: `link ${digest}` }));
  return [...uploads, ...links];
}
