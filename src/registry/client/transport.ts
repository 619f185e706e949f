import { Agent, type Dispatcher } from 'undici';
import { cancelled } from './cancel.ts';
import { networkFailure } from './network-errors.ts';
import type { Logger, Timeouts } from './options.ts';
import { showUrl } from './show-url.ts';

/** One HTTP request, as it goes over the wire. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes, or a stream: without a Content-Length header it is sent chunked. */
  readonly body?: string | Buffer | AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the answer's first byte; the client's `answer` limit where left out. */
  readonly answerWithin?: number | undefined;
}

/** The answer's head, and its body still to be read: every answer must be read, dumped or destroyed. */
export interface HttpAnswer {
  readonly method: string;
  readonly url: URL;
  readonly status: number;
  readonly body: Dispatcher.ResponseData['body'];
  /** A header's value; the first one when it was sent more than once. */
  header(name: string): string | undefined;
  /** All values of a header. */
  headerValues(name: string): readonly string[];
}

/** Sends requests over kept connections; knows nothing of registries. */
export interface Transport {
  /** Throws CANCELLED, Transient for a broken connection, and REGISTRY_UNREACHABLE, REGISTRY_PROTOCOL, PLAIN_HTTP_REFUSED. */
  exchange(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly timeouts: Timeouts;
  /** PEM certificates to trust; Node's own where left out. */
  readonly ca?: readonly string[] | undefined;
  readonly logger?: Logger | undefined;
}

/** HTTP/1.1 only: one stream per connection is the fastest way for blobs, and breaks in one way only. */
export function createTransport({ timeouts, ca, logger }: TransportOptions): Transport {
  const agent = new Agent({
    allowH2: false,
    connect: { timeout: timeouts.connect, ...(ca === undefined ? {} : { ca: [...ca] }) },
    headersTimeout: timeouts.answer,
    bodyTimeout: timeouts.idle,
  });
  return {
    exchange: (request) => exchange(agent, request, logger),
    close: () => agent.destroy(),
  };
}

async function exchange(agent: Agent, request: HttpRequest, logger: Logger | undefined): Promise<HttpAnswer> {
  const facts = { method: request.method, url: showUrl(request.url) };
  try {
    const answer = asAnswer(request, await agent.request(toUndici(request)));
    logger?.debug({ ...facts, status: answer.status }, 'answer');
    return answer;
  } catch (error) {
    if (request.signal?.aborted) throw cancelled(request.signal);
    logger?.debug({ ...facts, error: error instanceof Error ? error.message : String(error) }, 'no answer');
    throw networkFailure(error, request.method, request.url);
  }
}

function toUndici({ method, url, headers, body, signal, answerWithin }: HttpRequest): Dispatcher.RequestOptions {
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    // undici closes the connection after each HEAD unless told otherwise.
    reset: false,
    ...(headers === undefined ? {} : { headers }),
    // undici sends any async iterable; its types name Node's streams only.
    ...(body === undefined ? {} : { body: body as Buffer }),
    ...(signal === undefined ? {} : { signal }),
    ...(answerWithin === undefined ? {} : { headersTimeout: answerWithin }),
  };
}

function asAnswer({ method, url }: HttpRequest, { statusCode, headers, body }: Dispatcher.ResponseData): HttpAnswer {
  // Whoever reads the body gets its error; a body that nobody reads yet must not end the process.
  body.on('error', () => undefined);
  const headerValues = (name: string) => [headers[name.toLowerCase()] ?? []].flat();
  return { method, url, status: statusCode, body, headerValues, header: (name) => headerValues(name)[0] };
}
