/** What nginx refuses itself reads as if the gateway had refused it. */
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { Language } from "../../lib/failure.ts";
import { problemOf, TooSlow, Unavailable, Unexpected } from "../../lib/problem.ts";
import { TooManyRequests } from "../../edge/limits.ts";
import { freePort } from "../../runtime/servers/servers.ts";
import { MAX_JSON_BYTES } from "../../services/gateway/http/body.ts";
import {
  AddressTooLong,
  BodyTooLarge,
  HeadersTooLarge,
  RequestMalformed,
} from "../../services/gateway/http/failures.ts";
import { ask as askAt, type Question } from "./support/ask.ts";
import { type Nginx, startNginx } from "./support/nginx.ts";

const SAME: readonly [number, Error][] = [
  [400, RequestMalformed({})],
  [413, BodyTooLarge({ maxBytes: MAX_JSON_BYTES })],
  [414, AddressTooLong({ maxBytes: 4_096 })],
  [429, TooManyRequests({ retryAfterSeconds: 1 })],
  [431, HeadersTooLarge({})],
  [500, Unexpected({})],
  [503, Unavailable({})],
  [504, TooSlow({})],
];
let nginx: Nginx;
let refusing: Pick<Nginx, "ports" | "ca">;
const ask = (path: string, question?: Question) => askAt(nginx, path, question);

beforeAll(async () => {
  const port = await freePort();
  nginx = await startNginx({
    gateways: ["127.0.0.1:1"],
    // Refuses with the status that is asked for.
    besides: `server {
      listen 127.0.0.1:${port};
      include snippets/problem.conf;
      ${SAME.map(([status]) => `location = /${status} { return ${status}; }`).join("\n")}
    }`,
  });
  refusing = { ...nginx, ports: { ...nginx.ports, plain: port } };
}, 60_000);
afterAll(() => nginx.stop());

describe.each<Language>(["en", "fr"])("in %s", (language) => {
  test.each(SAME)("%d is said to the letter as the gateway says it", async (status, failure) => {
    const headers = { "accept-language": language };
    const seen = await askAt(refusing, `/${status}`, { door: "plain", headers });
    expect(seen.status).toBe(status);
    const traceId = String(seen.headers["x-request-id"]);
    expect(seen.json()).toEqual(problemOf(failure, language, traceId));
    expect(seen.headers).toMatchObject({
      "content-type": "application/problem+json; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
  });
});

test.each<[string, Language]>([
  ["fr", "fr"],
  ["de, fr-CH;q=0.9, en;q=0.8", "fr"],
  ["en-GB, fr", "en"],
  ["de, en", "en"],
  ["de", "fr"],
  ["", "fr"],
])("who reads %p is answered in %s", async (accepted, language) => {
  const { json } = await ask("/metrics", { headers: { "accept-language": accepted } });
  expect(json().title).toBe(language === "fr" ? "Introuvable" : "Not found");
});

test("when no gateway is there, the answer says so, and when to come back", async () => {
  const { status, headers, json } = await ask("/orders", { method: "POST", body: "{}" });
  expect(status).toBe(502);
  expect(json()).toMatchObject({ status: 502, code: "NO_ANSWER", title: "No answer" });
  expect(headers["retry-after"]).toBe("2");
  expect((await ask("/nginx/live", { door: "http" })).status).toBe(200);
});

test.each<[string, number, string]>([
  ["nonsense\r\n\r\n", 400, "REQUEST_MALFORMED"],
  ["GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400, "REQUEST_MALFORMED"],
  ["GET / HTTP/1.1\r\n\r\n", 400, "REQUEST_MALFORMED"],
  ["GET /../../etc/passwd HTTP/1.1\r\nhost: a\r\n\r\n", 400, "REQUEST_MALFORMED"],
  ["TRACE / HTTP/1.1\r\nhost: a\r\n\r\n", 405, "METHOD_NOT_ALLOWED"],
  [`GET /${"x".repeat(9_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 414, "ADDRESS_TOO_LONG"],
  [`GET / HTTP/1.1\r\nhost: a\r\nb: ${"x".repeat(9_000)}\r\n\r\n`, 431, "HEADERS_TOO_LARGE"],
  ["POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1e9\r\n\r\n", 400, "REQUEST_MALFORMED"],
])("%j is refused with %d", async (words, status, code) => {
  const socket = connect(nginx.ports.plain, "127.0.0.1");
  socket.write(words.replace(/\r\n\r\n$/, "\r\nconnection: close\r\n\r\n"));
  const answer = await text(socket);
  expect(answer).toContain(` ${status} `);
  expect(answer).toContain(`"code":"${code}"`);
});

test("plain HTTP where TLS is expected is told so", async () => {
  const answer = await askAt(
    { ...nginx, ports: { ...nginx.ports, plain: nginx.ports.https } },
    "/",
    {
      door: "plain",
    },
  );
  expect(answer.status).toBe(400);
  expect(answer.json()).toMatchObject({ code: "REQUEST_MALFORMED" });
});
