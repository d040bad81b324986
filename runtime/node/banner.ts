import type { AddressInfo, Server } from "node:net";
import { config } from "../../config.ts";
import type { Node } from "./node.ts";

export interface Password {
  readonly role: string;
  readonly email: string;
  readonly password: string;
}

/** Says where things are. */
export function banner(
  { broker, services, embedded, metricsPort }: Node,
  {
    passwords,
    tookMs,
    say,
  }: { passwords: readonly Password[]; tookMs: number; say: (line: string) => void },
): void {
  const gateway = broker.getLocalService("gateway") as unknown as { server: Server } | undefined;
  const port = (gateway?.server.address() as AddressInfo | null | undefined)?.port;
  const url = `http://${config.http.host}:${port}`;
  say("");
  say(`  Comptoir ${config.version}: ${services.join(", ")} (${(tookMs / 1000).toFixed(1)} s)`);
  if (port !== undefined) {
    say(`  Live page   ${url}/`);
    say(`  Operations  ${url}/ops`);
    say(`  API docs    ${url}/docs`);
    say(`  REST        ${url}/products`);
  }
  if (metricsPort > 0) say(`  Metrics     http://${config.metrics.host}:${metricsPort}/metrics`);
  say(`  Bus         ${config.bus.url ?? "in this process; operators join with npm run repl"}`);
  say(`  Data        ${embedded ? config.dataDir : "databases of DATABASE_URL"}`);
  if (passwords.length > 0) {
    say("");
    say("  Demo people, shown this once (also in passwords.json of the data folder):");
    for (const { role, email, password } of passwords)
      say(`    ${role.padEnd(14)} ${email.padEnd(38)} ${password}`);
  }
  say("");
}
