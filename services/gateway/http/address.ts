import type { IncomingMessage } from "node:http";
import { config } from "../../../config.ts";
import { clientAddress } from "../../../edge/address.ts";

const { trustedProxies } = config.http;

/** The client's address: of the last proxy that is ours, it believes what that one says. */
export const addressOf = ({ socket, headers }: IncomingMessage): string =>
  clientAddress({
    direct: socket.remoteAddress,
    forwarded: trustedProxies === 0 ? undefined : headers["x-forwarded-for"],
    trustedProxies,
  });
