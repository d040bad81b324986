import type { ServerResponse } from "node:http";
import type { Context } from "moleculer";
import { config } from "../../../config.ts";
import type { Meta } from "../../../lib/bus.ts";
import type { GatewayService } from "../gateway.types.ts";
import { beforeCall, afterCall, type WebRequest } from "./hooks.ts";
import { aliases } from "./routes.ts";
import { announce, rootOptions } from "./trace.ts";

/** moleculer-web's settings: nothing is reachable but what a contract's `rest` line says. */
export function webSettings(): Record<string, unknown> {
  const route = (path: string) => ({
    name: path,
    path,
    aliases: aliases(),
    mappingPolicy: "restrict",
    autoAliases: false,
    bodyParsers: false,
    mergeParams: false,
    logging: false,
    onBeforeCall(
      this: GatewayService,
      ctx: Context<unknown, Meta>,
      _: unknown,
      request: WebRequest,
      response: ServerResponse,
      { action = "" }: { action?: string },
    ) {
      announce(ctx, response);
      return beforeCall(this, ctx, { request, response, action });
    },
    onAfterCall(
      this: GatewayService,
      ctx: Context<unknown, Meta>,
      _: unknown,
      request: WebRequest,
      response: ServerResponse,
      data: unknown,
    ) {
      return afterCall(ctx, { request, response }, data);
    },
  });
  return {
    port: config.http.port,
    ip: config.http.host,
    requestTimeout: 30_000,
    logRequest: null,
    logRequestParams: null,
    logResponse: null,
    logRouteRegistration: null,
    optimizeOrder: false,
    rootCallOptions: rootOptions,
    routes: [route("/api"), route("/")],
  };
}
