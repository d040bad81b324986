/** A node that is told to stop while people are in front of it. */
import { once } from "node:events";
import { connect } from "node:net";
import { io } from "socket.io-client";
import { DRAINING } from "../../lib/bus.ts";
import { ApiClient } from "../../operations/client/api-client.ts";
import type { GatewayService } from "../../services/gateway/gateway.types.ts";
import { type Company, company } from "../support/company.ts";
import { aShopper } from "../support/trade.ts";

let shop: Company;
beforeEach(async () => {
  shop = await company();
}, 60_000);
afterEach(() => shop.leave());
const leave = () => shop.node("gateway").broadcastLocal(DRAINING);

/** Asks again and again over `width` kept connections, until it is told that one is over. */
async function busy(width: number): Promise<{ answered: number; wrong: unknown[]; over: number }> {
  const seen = { answered: 0, wrong: [] as unknown[], over: 0 };
  await Promise.all(
    Array.from({ length: width }, async () => {
      const http = new ApiClient(shop.base, { connections: 1 });
      for (let over = false; !over;) {
        try {
          const { status, headers } = await http.get("/products");
          seen.answered += 1;
          if (status !== 200) seen.wrong.push(status);
          over = headers.connection === "close";
        } catch (error) {
          seen.wrong.push(error);
          over = true;
        }
      }
      seen.over += 1;
      http.close();
    }),
  );
  return seen;
}

test("every question on a kept connection is answered, the last with word that it was the last", async () => {
  const asking = busy(20);
  await shop.http.get("/products");
  const left = leave();
  const { answered, wrong, over } = await asking;
  expect(wrong).toEqual([]);
  expect(over).toBe(20);
  expect(answered).toBeGreaterThanOrEqual(20);
  await left;
  const late = new ApiClient(shop.base);
  await expect(late.get("/products")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  late.close();
});

test("who says nothing is waited for a second, who hangs not for ever, and who watches is sent on", async () => {
  const { port } = new URL(shop.base);
  const silent = connect(Number(port), "127.0.0.1");
  silent.write("GET /live HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(silent, "data");
  const hanging = connect(Number(port), "127.0.0.1");
  hanging.write("POST /orders HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  const { token } = await aShopper(shop);
  const socket = io(shop.base, { transports: ["websocket"], auth: { token }, reconnection: false });
  await new Promise<void>((resolve) => socket.on("connect", resolve));
  const cut = new Promise<string>((resolve) => socket.on("disconnect", resolve));
  const ends = [silent, hanging].map(
    (one) =>
      new Promise<number>((resolve) => {
        one.on("error", () => undefined);
        one.on("close", () => resolve(performance.now()));
      }),
  );
  const began = performance.now();
  await leave();
  expect(await cut).toBe("transport close");
  const [first = 0, second = 0] = await Promise.all(ends);
  expect(first).toBeLessThan(second);
  expect(second - began).toBeLessThan(9_000);
});

test("who was asking already is told as well, so that nobody waits for a connection that is kept", async () => {
  const { port } = new URL(shop.base);
  const { server } = shop.node("gateway").getLocalService("gateway") as unknown as GatewayService;
  const asking = connect(Number(port), "127.0.0.1");
  const taken = once(server, "request");
  asking.write("POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{");
  await taken;
  const left = leave();
  asking.write("}");
  const [answer] = (await once(asking, "data")) as [Buffer];
  expect(answer.toString("latin1")).toMatch(/^connection: close\r$/im);
  await once(asking, "close");
  await left;
});
