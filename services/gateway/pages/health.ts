import { config } from "../../../config.ts";
import { call } from "../../../lib/bus.ts";
import { healthOf } from "../../../lib/health.ts";
import { DOMAINS, MANIFESTS } from "../../manifests.ts";
import type { GatewayService } from "../gateway.types.ts";

/** The words of the addresses, and the service that answers for each. */
const AREAS = new Map(
  MANIFESTS.filter(({ database }) => database).flatMap(({ name, areas = [] }) =>
    [name, ...areas].map((word) => [word, name] as const),
  ),
);

interface Answer {
  status: number;
  body: object;
}

/** The gateway itself works. It has no database of its own. */
export const liveness = async (): Promise<Answer> => ({
  status: 200,
  body: {
    status: "healthy",
    service: "gateway",
    version: config.version,
    database: "none",
    timestamp: new Date().toISOString(),
  },
});

/** Ready: every service is available and the gateway is not draining. */
export async function readiness({ broker, http }: GatewayService): Promise<Answer> {
  if (http.draining.begun) return { status: 503, body: { status: "leaving", missing: [] } };
  const missing = DOMAINS.filter((name) => !broker.registry.actions.isAvailable(`${name}.health`));
  return missing.length === 0
    ? { status: 200, body: { status: "ready", missing } }
    : { status: 503, body: { status: "starting", missing } };
}

/** `/orders/health` and the like: 503 when that service, or its database, does not work. */
export function healthOfArea(
  address: string,
): ((gateway: GatewayService) => Promise<Answer>) | undefined {
  const area = /^\/([a-z]+)\/health$/.exec(address)?.[1] ?? "";
  const service = AREAS.get(area);
  return service === undefined ? undefined : (gateway) => healthFrom(gateway, service);
}

async function healthFrom({ broker }: GatewayService, service: string): Promise<Answer> {
  const body = await call(broker, healthOf(service), {}).catch(() => ({
    status: "unhealthy",
    service,
    version: config.version,
    database: "disconnected",
    timestamp: new Date().toISOString(),
  }));
  return { status: body.status === "healthy" ? 200 : 503, body };
}
