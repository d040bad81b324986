import { query } from "./contract.ts";
import { oneOf, text, shape } from "./shape.ts";

export const Health = shape(
  "Health",
  {
    status: oneOf("healthy", "unhealthy"),
    service: text(),
    version: text(),
    database: oneOf("connected", "disconnected"),
    timestamp: text(),
  },
  "What every service with a database answers about itself, in exactly these five fields.",
);

export const healthOf = (service: string) =>
  query(`${service}.health`, {
    summary: `Tell whether ${service} and its database work.`,
    allow: "public",
    params: {},
    returns: Health,
    timeoutMs: 2_000,
  });
