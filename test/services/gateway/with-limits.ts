/**
 * Imported before anything that reads the settings: small limits, a proxy of ours, and where Redis will be.
 * The port is found without waiting: modules beside this one would not wait for it.
 */
import { execFileSync } from "node:child_process";

const FREE = `const server = require("node:net").createServer();
  server.listen(0, "127.0.0.1", () => { console.log(server.address().port); server.close(); });`;

export const redisPort = Number(execFileSync(process.execPath, ["-e", FREE]).toString());

Object.assign(process.env, {
  LIMIT_ANONYMOUS: "6",
  LIMIT_USER: "8",
  LIMIT_LOGIN: "3",
  LIMIT_HEAVY: "2",
  TRUSTED_PROXIES: "1",
  REDIS_URL: `redis://127.0.0.1:${redisPort}`,
});
