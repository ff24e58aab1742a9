import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';

/** What is counted. Labels are ids and names of our own, never addresses or content. */
export interface Metrics {
  request(area: string, status: number, seconds: number): void;
  refusedHook(connector: string): void;
  event(type: string, channel: string): void;
  /** Read at each scrape. */
  gauge(name: string, help: string, read: () => Promise<number> | number): void;
  /** The same for each value of a label: those that `read` gives now, and no others. */
  gaugeBy(name: string, help: string, by: { label: string; read: () => (readonly [string, number])[] }): void;
  /** `others`: what other processes of the gateway count, added to what this one counts. */
  text(others?: object[]): Promise<string>;
  /** What is counted, for the process that is asked. */
  values(): Promise<object>;
  readonly contentType: string;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'passerelle_http_request_seconds',
    help: 'Time to answer, by first part of the path and status',
    labelNames: ['area', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const refused = new Counter({
    name: 'passerelle_hooks_refused_total',
    help: 'Platform calls with a wrong signature',
    labelNames: ['connector'] as const,
    registers: [registry],
  });
  const events = new Counter({
    name: 'passerelle_events_total',
    help: 'Events stated, by type and channel',
    labelNames: ['type', 'channel'] as const,
    registers: [registry],
  });
  return {
    request: (area, status, seconds) =>
      requests.observe({ area: area.slice(0, 20), status: String(status) }, seconds),
    refusedHook: (connector) => refused.inc({ connector }),
    event: (type, channel) => events.inc({ type, channel }),
    gauge: (name, help, read) => {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          this.set(await read());
        },
      });
    },
    gaugeBy: (name, help, { label, read }) => {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers: [registry],
        collect() {
          this.reset();
          for (const [value, number] of read()) this.set({ [label]: value }, number);
        },
      });
    },
    text: async (others = []) =>
      others.length === 0
        ? registry.metrics()
        : Registry.aggregate([await registry.getMetricsAsJSON(), ...others]).metrics(),
    values: () => registry.getMetricsAsJSON(),
    contentType: registry.contentType,
  };
}
