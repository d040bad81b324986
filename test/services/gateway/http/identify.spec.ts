/** Without a proxy of ours before the door, nobody chooses the id under which they are logged. */
import type { IncomingMessage } from "node:http";
import { identify } from "../../../../services/gateway/http/trace.ts";

test("ids and traces from outside are not believed", () => {
  const headers: Record<string, string> = {
    "x-request-id": "mine",
    "x-correlation-id": "mine too",
    traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  };
  identify({ headers } as unknown as IncomingMessage);
  expect(Object.keys(headers)).toEqual(["x-request-id"]);
  expect(headers["x-request-id"]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});
