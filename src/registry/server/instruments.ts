import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { addMeasured, exposition } from '../../service/metrics.ts';
import { measuredOf, type Sources } from './measured.ts';

/** One request that was answered, or whose client went away. */
export interface Finished {
  readonly method: string;
  readonly route: string;
  /** The answer's status; 0 where the connection ended before the answer was whole. */
  readonly status: number;
  readonly seconds: number;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60, 300, 1800];

/** The metrics of one registry. Labels hold no names of repositories or users, and their number is bounded. */
export class Instruments {
  readonly #registry = new Registry();
  readonly #requests: Counter;
  readonly #seconds: Histogram;
  readonly #running: Gauge;
  readonly #refused: Counter;

  constructor(sources: Sources) {
    const registers = [this.#registry];
    const requests = { labelNames: ['method', 'route'], registers };
    this.#requests = new Counter({
      ...requests,
      name: 'thaw_registry_requests_total',
      help: 'Requests by method, route and status; status 0 is a connection that ended before its answer.',
      labelNames: ['method', 'route', 'status'],
    });
    this.#seconds = new Histogram({
      ...requests,
      name: 'thaw_registry_request_seconds',
      help: 'Seconds from the headers of a request to the last byte of its answer.',
      buckets: SECONDS,
    });
    this.#running = new Gauge({
      name: 'thaw_registry_running_requests',
      help: 'Requests that are being answered.',
      registers,
    });
    this.#refused = new Counter({
      name: 'thaw_registry_refused_requests_total',
      help: 'Requests that were refused for who asked (401, 403) or for how much (429).',
      labelNames: ['status'],
      registers,
    });
    for (const measured of measuredOf(sources)) addMeasured(measured, this.#registry);
  }

  started(): void {
    this.#running.inc();
  }

  finished({ method, route, status, seconds }: Finished): void {
    const labels = { method: METHODS.has(method) ? method : 'other', route };
    this.#running.dec();
    this.#requests.inc({ ...labels, status });
    this.#seconds.observe(labels, seconds);
    if (status === 401 || status === 403 || status === 429) this.#refused.inc({ status });
  }

  /** What Prometheus reads. */
  exposition(): ReturnType<typeof exposition> {
    return exposition(this.#registry);
  }
}
