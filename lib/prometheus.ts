import type { Server } from "node:http";
import { MetricReporters } from "moleculer";

interface Options {
  readonly port: number;
  readonly host: string;
  /** Whether the next free port will do. */
  readonly anyPort: boolean;
}
const FAR = 200;

/**
 * A node's own figures, on a private port. Nodes that start at the same moment may want the same port: the
 * one that comes second takes the next, where Moleculer's own reporter would end the process.
 */
export class Figures extends MetricReporters.Prometheus {
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

  override async stop(): Promise<void> {
    const { server } = this as unknown as { server: Server };
    if (server.listening) await super.stop();
  }
}
