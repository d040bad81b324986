/**
 * `npm run cluster`: the same code as a cluster on this machine, over a real nats-server: gateway,
 * orders and inventory twice, the rest once. A node that dies is started again. Ctrl-C ends all.
 */
import { config } from "../config.ts";
import { startCluster, USUAL_PLANS } from "./cluster/cluster.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);
let ending = false;
let running = false;

try {
  const cluster = await startCluster({
    plans: USUAL_PLANS([config.http.port, config.http.port + 1]),
    say,
    environment: { LOG_LEVEL: config.log.level === "info" ? "warn" : config.log.level },
    onLine: (node, line) => line.startsWith("{") && say(`${node.padEnd(12)} ${line}`),
    revive: true,
    onLost: (name, code, reason) => {
      if (ending || !running) return;
      for (const line of reason) say(`${name.padEnd(12)} ${line}`);
      say(`${name} ended (${code ?? "killed"}); starting it again.`);
    },
  });
  const leave = (signal: string) => {
    if (ending) return;
    ending = true;
    say(`\n${signal}: finishing what is under way …`);
    void cluster.stop().then(() => process.exit(0));
  };
  process.on("SIGINT", leave);
  process.on("SIGTERM", leave);

  running = true;
  const passwords = await cluster.seed();
  say("");
  say("  Comptoir as a cluster");
  for (const { name, pid } of cluster.nodes.values()) say(`    ${name.padEnd(14)} pid ${pid}`);
  say(
    `  Gateways    http://127.0.0.1:${config.http.port}/ and http://127.0.0.1:${config.http.port + 1}/`,
  );
  say(`  NATS        ${cluster.nats.url}   (operators: NATS_URL=${cluster.nats.url} npm run repl)`);
  say(`  Redis       ${cluster.redis?.url ?? "none: each gateway counts for itself"}`);
  for (const { role, email, password } of passwords)
    say(`    ${role.padEnd(14)} ${email.padEnd(38)} ${password}`);
  say("");
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
