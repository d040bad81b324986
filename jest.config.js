const shared = {
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/test/support/strip-types.js" },
  modulePathIgnorePatterns: ["<rootDir>/.data"],
  setupFiles: ["<rootDir>/test/support/environment.ts"],
  globalSetup: "<rootDir>/test/support/postgres.up.ts",
  globalTeardown: "<rootDir>/test/support/postgres.down.ts",
};

/** The files of a worker share its modules, as Node loads them: loading them anew for each took a third of the run. */
const sharingModules = {
  ...shared,
  runner: "<rootDir>/test/support/runner/runner.js",
  setupFilesAfterEnv: ["<rootDir>/test/support/deadlines.ts"],
};

/** These start with settings of their own, which are read once: each has its modules for itself. */
const OWN_SETTINGS = ["services/gateway/limits.spec.ts", "services/gateway/http/trace.spec.ts"];
/** These start and kill processes of the whole system. */
const CLUSTER = ["cluster/"];
/** These run what operators and engineers run: each several processes. */
const OPERATIONS = [
  "compose/",
  "k8s/",
  "monitoring/",
  "nginx/",
  "operations/",
  "runtime/",
  "tools/",
];

const filesIn = (places) =>
  places.map((place) => `<rootDir>/test/${place}${place.endsWith("/") ? "**/*.spec.ts" : ""}`);
const all = ["<rootDir>/test/**/*.spec.ts"];

export default {
  // One more than the two cores that a run is meant for: much of it waits for nodes to come and go.
  maxWorkers: 3,
  projects: [
    {
      ...sharingModules,
      displayName: "product",
      testMatch: all,
      testPathIgnorePatterns: [...OWN_SETTINGS, ...CLUSTER, ...OPERATIONS].map(
        (place) => `<rootDir>/test/${place}`,
      ),
    },
    { ...shared, displayName: "settings", testMatch: filesIn(OWN_SETTINGS), testTimeout: 120_000 },
    { ...sharingModules, displayName: "operations", testMatch: filesIn(OPERATIONS) },
    { ...sharingModules, displayName: "cluster", testMatch: filesIn(CLUSTER) },
  ],
};
