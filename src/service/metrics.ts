import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** A number that is read while somebody asks for metrics. */
export interface Measured {
  readonly name: string;
  readonly help: string;
  /** Whether it only grows. */
  readonly counter?: boolean;
  /** Undefined, or a failure, leaves the number out. */
  readonly read: () => number | undefined | Promise<number | undefined>;
}

/** Adds a number that is read while somebody asks. */
export function addMeasured({ name, help, counter = false, read }: Measured, registry: Registry): void {
  const metric = new (counter ? Counter : Gauge)({ name, help, registers: [registry], collect });
  async function collect() {
    const value = await failing(read);
    metric.reset();
    if (value === undefined) metric.remove();
    else metric.inc(value);
  }
}

let ofProcess: Registry | undefined;

/** A service's own metrics with those of its process, as Prometheus reads them. */
export async function exposition(own: Registry): Promise<{ readonly contentType: string; readonly text: string }> {
  const all = Registry.merge([own, processMetrics()]);
  return { contentType: all.contentType, text: await all.metrics() };
}

/** Memory, processor time, open files, event loop lag: one set for a process, begun when somebody first asks. */
function processMetrics(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

async function failing(read: Measured['read']): Promise<number | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
