import { query } from "./contract.ts";
import { describe, oneOf, text, shape } from "./shape.ts";

const Health = shape(
  "Health",
  {
    status: describe("How it stands.", oneOf("healthy", "unhealthy")),
    service: describe("The service.", text()),
    version: describe("The program's version.", text()),
    database: describe("Its database.", oneOf("connected", "disconnected")),
    timestamp: describe("When it was asked.", text()),
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
