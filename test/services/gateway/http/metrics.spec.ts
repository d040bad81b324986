import { ServiceBroker } from "moleculer";
import { COLLECT_METRICS } from "../../../../lib/prometheus.ts";
import { requestMetrics } from "../../../../services/gateway/http/metrics.ts";

interface Shown {
  count: number;
  bucketValues: Record<string, number>;
}
const labels = (status: number) => ({ method: "GET", status });

test("cached answers are counted at once, and shown, each once, to whoever looks", async () => {
  const broker = new ServiceBroker({ logger: false, metrics: { enabled: true, reporter: [] } });
  await broker.start();
  const figures = requestMetrics(broker);
  const visible = (status: number) =>
    (broker.metrics.getMetric("comptoir.http.time") as unknown as { get(of: object): Shown }).get(
      labels(status),
    );
  for (let n = 0; n < 3; n += 1) figures.cached(200);
  figures.cached(304);
  expect(visible(200)).toBeUndefined();
  for (const _ of ["a first look", "and one after which nothing came"])
    await broker.localBus.emitAsync(COLLECT_METRICS);
  expect(visible(200)).toMatchObject({ count: 3, bucketValues: { 5: 3, 10_000: 3 } });
  expect(visible(304)).toMatchObject({ count: 1, bucketValues: { 5: 1 } });
  await broker.stop();
});
