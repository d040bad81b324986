/**
 * A collector that takes OTLP over HTTP, and an environment that sends it nothing but what a trusted proxy
 * wants traced. To be imported before the configuration, which is read once.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}
interface Body {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: Span[] }[] }[];
}

export const spans: Span[] = [];
export const collector = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as Body;
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((it) => it.spans)));
    response.end("{}");
  });
});
await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));

Object.assign(process.env, {
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
  OTEL_TRACES_SAMPLER_ARG: "0",
  TRUSTED_PROXIES: "1",
});
