/**
 * The baseline of the gateway: node:http that sends the same bytes under as many headers, without
 * any logic. Its parent's first message contains the response; it answers with its port.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

process.once("message", ({ headers, body }: { headers: string[]; body: Uint8Array }) => {
  const bytes = Buffer.from(body);
  const server = createServer((_, response) => {
    response.writeHead(200, headers);
    response.end(bytes);
  });
  server.listen(0, "127.0.0.1", () =>
    process.send?.({ port: (server.address() as AddressInfo).port }),
  );
});
