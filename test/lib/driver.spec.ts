/** What a server can do to whoever has just come in. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { connect } from "../../lib/database.ts";

/** https://www.postgresql.org/docs/18/protocol-message-formats.html */
const message = (kind: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(kind), length, body]);
};
const LET_IN = message("R", Buffer.alloc(4));
const READY = message("Z", Buffer.from("I"));
const DYING = message("E", Buffer.from("SFATAL\0C57P01\0Mterminating connection\0\0"));

let server: Server;
afterEach(() => new Promise((resolve) => server.close(resolve)));

test("a server that died as it let somebody in ended the process: now it is away, as any other", async () => {
  server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(Buffer.concat([LET_IN, READY, DYING])));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  process.env.DYING_DATABASE_URL = `postgres://a:b@127.0.0.1:${port}/c`;
  const sequelize = connect("dying");
  try {
    await expect(sequelize.query("select 1")).rejects.toThrow();
  } finally {
    await sequelize.close();
  }
});
