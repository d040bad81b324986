/** A gateway that does as it is told, to see what nginx makes of it. */
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The same for requests on the same connection. */
  readonly connection: Socket;
}
export type Answerer = (
  received: Received,
  response: ServerResponse,
  request: IncomingMessage,
) => void;

export interface StandIn {
  readonly address: string;
  readonly received: readonly Received[];
  /** Answers when it has received so many. */
  arrived(count: number): Promise<void>;
  /** What it does from now on; `{}` with 200 if nothing is said. */
  answer(how: Answerer): void;
  /** Forgets what it has received and how it should answer. */
  reset(): void;
  stop(): Promise<void>;
}

const fine: Answerer = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" }).end("{}");
};
/** Reads the request to its end, and hangs up: what it did until then, nobody knows. */
export const dies: Answerer = ({ connection }) => void connection.resetAndDestroy();

export async function standIn(): Promise<StandIn> {
  let how = fine;
  const received: Received[] = [];
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    void buffer(request).then((body) => {
      const { method = "", url = "", headers, socket } = request;
      const one = { method, url, headers, body, connection: socket };
      received.push(one);
      server.emit("arrived");
      how(one, response, request);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    arrived: async (count) => {
      while (received.length < count) await once(server, "arrived");
    },
    answer: (next) => {
      how = next;
    },
    reset: () => {
      received.length = 0;
      how = fine;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
