import type { Server } from "node:http";
import type { Redis } from "ioredis";
import type { Service } from "moleculer";
import type { RevokedSessions } from "../../edge/denials.ts";
import type { Limits } from "../../edge/limits.ts";
import type { ResponseCache } from "../../edge/response-cache.ts";
import type { HttpServer } from "./http/http-server.ts";
import type { Live } from "./live/live.ts";

export type GatewayService = Service & {
  server: Server;
  revoked: RevokedSessions;
  limits: Limits;
  responses: ResponseCache;
  http: HttpServer;
  live: Live;
  redis: Redis | undefined;
};
