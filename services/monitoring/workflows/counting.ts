import type { ServiceBroker } from "moleculer";
import { config } from "../../../config.ts";
import { beginnings, type Count, COUNTERS, countsOf } from "../domain/business.ts";

/** Counts on this node what is told on this node; see domain/business.ts. */
export function counting({ metrics }: ServiceBroker): (name: string, data: unknown) => void {
  for (const [name, { labels, says }] of Object.entries(COUNTERS))
    metrics.register({ name, type: "counter", labelNames: [...labels], description: says });
  const add = ({ counter, labels, by }: Count) => metrics.increment(counter, labels, by);
  for (const count of beginnings(config.currency)) add(count);
  return (name, data) => {
    for (const count of countsOf(name, data)) add(count);
  };
}
