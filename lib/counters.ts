/**
 * Counts business events for graphs and alerts, as the services' manifests declare. The node that
 * publishes an event counts it once, after the commit: sums over all nodes are right, but a node
 * that is killed in between misses one. Exact numbers are in the databases.
 */
import type { ServiceBroker } from "moleculer";
import type { Counter } from "./manifest.ts";
import { toDecimal } from "./money.ts";

type Counters = Readonly<Record<string, Counter>>;
interface Count {
  readonly counter: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly by: number;
}

/** Counts on this node what is published on this node. */
export const counting =
  (counters: Counters, currency: string) =>
  ({ metrics }: ServiceBroker): ((name: string, data: unknown) => void) => {
    for (const [name, counter] of Object.entries(counters))
      metrics.register({
        name,
        type: "counter",
        labelNames: [labelOf(counter)],
        description: counter.says,
      });
    const add = ({ counter, labels, by }: Count) => metrics.increment(counter, labels, by);
    beginnings(counters, currency).forEach(add);
    return (name, data) => countsOf(counters, name, data).forEach(add);
  };

export const labelOf = ({ outcomes, sums }: Counter): string =>
  outcomes ? "outcome" : sums ? "currency" : "state";

/** Returns the counters that an event increments; none for most events. */
export function countsOf(counters: Counters, name: string, data: unknown): Count[] {
  const input = data as Readonly<Record<string, unknown>>;
  return Object.entries(counters).flatMap(([counter, { outcomes, sums, states }]): Count[] => {
    if (outcomes && Object.hasOwn(outcomes, name))
      return [{ counter, labels: { outcome: outcomes[name] ?? "" }, by: 1 }];
    if (states?.event === name) return [{ counter, labels: { state: String(input.state) }, by: 1 }];
    if (!sums || !Object.hasOwn(sums, name)) return [];
    const currency = String(input.currency);
    const by = toDecimal(Number(input[sums[name] ?? ""]), currency);
    return [{ counter, labels: { currency }, by }];
  });
}

/**
 * Everything at nothing: a counter that appears with its first event would hide it, because a rise is
 * seen only between two looks. `currency` is the system's own; others appear with their first event.
 */
export const beginnings = (counters: Counters, currency: string): Count[] =>
  Object.entries(counters).flatMap(([counter, { outcomes = {}, sums, states }]) => [
    ...Object.values(outcomes).map((outcome) => ({ counter, labels: { outcome }, by: 0 })),
    ...(sums ? [{ counter, labels: { currency }, by: 0 }] : []),
    ...(states?.values ?? []).map((state) => ({ counter, labels: { state }, by: 0 })),
  ]);
