import type { GatewayService } from "./gateway.types.ts";
import type { ServerResponse } from "node:http";
import { Redis } from "ioredis";
import type { Context, ServiceSchema } from "moleculer";
import SocketGateway from "moleculer-io";
import ApiGateway from "moleculer-web";
import { config } from "../../config.ts";
import { type RevokedSession, RevokedSessions } from "../../edge/denials.ts";
import { Limits } from "../../edge/limits.ts";
import { ResponseCache } from "../../edge/response-cache.ts";
import { DRAINING, service } from "../../lib/bus.ts";
import { invalidationsOf } from "../../lib/invalidations.ts";
import { redisOptions } from "../../lib/redis.ts";
import { SESSIONS_REVOKED } from "../identity/identity.contract.ts";
import type { WebRequest } from "./http/hooks.ts";
import { HttpServer } from "./http/http-server.ts";
import { webSettings } from "./http/settings.ts";
import { Live, type LiveEvent, liveSettings } from "./live/live.ts";

/** The public interface: REST from the contracts' `rest` lines, and socket.io for live events. */
const Gateway: ServiceSchema = service({
  name: "gateway",
  mixins: [ApiGateway, SocketGateway],
  settings: { ...webSettings(), io: liveSettings() },
  // Actions of the mixins that the gateway does not offer.
  actions: {
    listAliases: false,
    addRoute: false,
    removeRoute: false,
    broadcast: false,
    getClients: false,
    call: false,
  },
  events: {
    "realtime.push"(this: GatewayService, ctx: Context<{ events: LiveEvent[] }>) {
      this.live.show(ctx.params.events);
    },
    [SESSIONS_REVOKED](this: GatewayService, ctx: Context<{ denials: RevokedSession[] }>) {
      this.revoked.add(ctx.params.denials);
      this.live.cut(ctx.params.denials);
    },
    async [DRAINING](this: GatewayService) {
      this.live.leave();
      await this.http.draining.drain(this.server);
    },
    "$broker.started"(this: GatewayService) {
      this.revoked.ask(this.broker);
    },
    "$services.changed"(this: GatewayService) {
      this.http.discover();
    },
  },
  methods: {
    createServer(this: GatewayService) {
      this.http = new HttpServer(this);
      this.server = this.http.serverFor();
    },
    resolveAlias(this: GatewayService, url: string, method: string) {
      return this.http.resolve(url, method);
    },
    send404(this: GatewayService, request: WebRequest, response: ServerResponse) {
      this.http.refuse(request, response, this.http.notFound(request));
    },
    errorHandler(
      this: GatewayService,
      request: WebRequest,
      response: ServerResponse,
      error: unknown,
    ) {
      this.http.refuse(request, response, error);
    },
    encodeResponse(
      this: GatewayService,
      request: WebRequest,
      response: ServerResponse,
      data: unknown,
    ) {
      return this.http.encode(request, response, data);
    },
  },
  created(this: GatewayService) {
    this.redis = config.redis.url ? new Redis(redisOptions(config.redis.url)) : undefined;
    this.redis?.on("error", (error) => this.logger.debug("Redis does not answer.", error));
    this.revoked = new RevokedSessions();
    this.limits = new Limits(this.redis);
    this.responses = new ResponseCache(invalidationsOf(this.broker), {
      isAlone: this.broker.transit === undefined || this.broker.transit === null,
    });
    this.live = new Live(this);
  },
  started(this: GatewayService) {
    this.revoked.follow(this.broker);
    this.live.begin();
  },
  stopped(this: GatewayService) {
    this.revoked.leave();
    this.redis?.disconnect();
  },
});

export default Gateway;
