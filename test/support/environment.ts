/** What a node's environment is in tests: quiet, quick at hashing, with a secret of its own. */
import { tmpdir } from "node:os";
import path from "node:path";

Object.assign(process.env, {
  JWT_SECRET: "a secret of the tests that is long enough for production to accept it and some more",
  LOG_LEVEL: process.env.LOG_LEVEL ?? "silent",
  PASSWORD_COST: "4",
  DATA_DIR: path.join(tmpdir(), `comptoir-test-data-${process.pid}`),
  PORT: "0",
  DEMO: "0",
});
