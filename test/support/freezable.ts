/** A TCP proxy in front of Postgres that can stand still, as a frozen server or a dead network does. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Freezable {
  /** The URL of `target`, by way of the proxy. */
  readonly url: string;
  /** Neither passes anything on nor says good-bye; connections are still accepted, as by a kernel. */
  freeze(): void;
  /** Passes on what comes from now on. Connections of before stay as they are: nobody is there. */
  thaw(): void;
  /** Connections that the client has not left. */
  open(): number;
  close(): Promise<void>;
}

export async function freezable(target: string): Promise<Freezable> {
  const url = new URL(target);
  const { hostname, port } = url;
  const sockets = new Set<Socket>();
  const there = new Set<Socket>();
  let frozen = false;
  let stop = () => undefined as void;

  // Half open: a frozen server does not answer a good-bye either.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    sockets.add(client);
    there.add(client);
    client.on("end", () => there.delete(client));
    client.on("error", () => undefined);
    client.on("close", () => sockets.delete(client) && there.delete(client));
    // Reading and discarding the data makes the client's disconnect visible.
    if (frozen) return void client.resume();
    const postgres = connect(Number(port), hostname);
    postgres.on("error", () => client.destroy());
    client.on("close", () => postgres.destroy());
    client.pipe(postgres).pipe(client);
    const before = stop;
    stop = () => {
      before();
      client.unpipe(postgres);
      postgres.unpipe(client);
      client.resume();
    };
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url.port = String((server.address() as AddressInfo).port);

  return {
    url: url.href,
    freeze: () => {
      frozen = true;
      stop();
    },
    thaw: () => {
      frozen = false;
      stop = () => undefined;
    },
    open: () => there.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
