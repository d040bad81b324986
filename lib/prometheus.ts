import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { MetricReporters, type ServiceBroker } from "moleculer";

interface Options {
  readonly port: number;
  readonly host: string;
  /** True if the next free port may be used. */
  readonly anyPort: boolean;
}
const FAR = 200;
/** Emitted locally before metrics are shown, so that their sources update them. */
export const COLLECT_METRICS = "$metrics.collect";
/** If a database hangs, the other metrics are still served. */
const LONGEST_WAIT_MS = 4_000;

/**
 * A node's own figures, on a private port, and beside them whether it lives and is ready: `/metrics`,
 * `/live`, `/ready`. Nodes that start at the same moment may want the same port: the
 * one that comes second takes the next, where Moleculer's own reporter would end the process.
 */
export class MetricsServer extends MetricReporters.Prometheus {
  readonly #options: Options;

  constructor(options: Options) {
    super({ port: options.port, host: options.host, path: "/metrics" });
    this.#options = options;
  }

  override init(registry: Parameters<MetricReporters.Prometheus["init"]>[0]): void {
    super.init(registry);
    const { port, host, anyPort } = this.#options;
    const { server, logger } = this as unknown as {
      server: Server;
      logger: { warn(text: string): void };
    };
    let tried = port;
    server.on("error", (error: NodeJS.ErrnoException) => {
      tried += 1;
      if (error.code === "EADDRINUSE" && anyPort && tried < port + FAR) server.listen(tried, host);
      else
        logger.warn(`This node shows no figures: port ${tried - 1} cannot be had (${error.code}).`);
    });
  }

  override handler(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === "/live") answer(response, true);
    else if (request.url === "/ready") answer(response, isReady(this.#broker));
    else if (request.url === "/metrics") void this.#serveFresh(request, response);
    else super.handler(request, response);
  }

  get #broker(): ServiceBroker {
    return (this as unknown as { registry: { broker: ServiceBroker } }).registry.broker;
  }

  async #serveFresh(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const collected = this.#broker.localBus.emitAsync(COLLECT_METRICS).catch(() => undefined);
    await Promise.race([collected, sleep(LONGEST_WAIT_MS, undefined, { ref: false })]);
    super.handler(request, response);
  }

  override async stop(): Promise<void> {
    const { server } = this as unknown as { server: Server };
    if (server.listening) await super.stop();
  }
}

/** Started, with tables where there is a database, and on a bus that is there. */
const isReady = ({ started, services, transit }: ServiceBroker): boolean =>
  started &&
  services.every((service) => !("migrated" in service) || service.migrated === true) &&
  (transit?.tx as { linked?: boolean } | undefined)?.linked !== false;

function answer(response: ServerResponse, well: boolean): void {
  response.writeHead(well ? 200 : 503, { "content-type": "application/json" });
  response.end(JSON.stringify({ status: well ? "ok" : "not ready" }));
}
