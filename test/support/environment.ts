/** The environment of a node in tests: quiet, fast at hashing, with a secret of its own. */
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";
import { WITHOUT_LIMITS } from "../../runtime/cluster/without-limits.ts";

// Journeys and fuzzing ask thousands of times from one address. Set here, because modules that wait for
// others let later ones read the settings first.
Object.assign(process.env, {
  ...WITHOUT_LIMITS,
  JWT_SECRET: "a secret of the tests that is long enough for production to accept it and some more",
  LOG_LEVEL: process.env.LOG_LEVEL ?? "silent",
  PASSWORD_COST: "4",
  // One for each file of tests: what one of them has begun, no other finds there.
  DATA_DIR: path.join(process.env.TEST_DATA ?? tmpdir(), randomUUID()),
  PORT: "0",
  DEMO: "0",
});
