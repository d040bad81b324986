const shared = {
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/test/support/strip-types.js" },
  modulePathIgnorePatterns: ["<rootDir>/.data"],
  setupFiles: ["<rootDir>/test/support/environment.ts"],
  globalSetup: "<rootDir>/test/support/postgres.up.ts",
  globalTeardown: "<rootDir>/test/support/postgres.down.ts",
};

/** Files of tests that start with settings of their own, which are read once: each has its modules for itself. */
const OWN_SETTINGS = [
  "<rootDir>/test/services/gateway/limits.spec.ts",
  "<rootDir>/test/services/gateway/http/trace.spec.ts",
];

export default {
  // One more than the two cores that a run is meant for: much of it waits for nodes to come and go.
  maxWorkers: 3,
  projects: [
    {
      ...shared,
      displayName: "tests",
      testMatch: ["<rootDir>/test/**/*.spec.ts"],
      testPathIgnorePatterns: OWN_SETTINGS,
      // The files of a worker share its modules, as Node loads them: loading them anew for each took half the run.
      runner: "jest-light-runner/child-process",
      setupFilesAfterEnv: ["<rootDir>/test/support/deadlines.ts"],
    },
    {
      ...shared,
      displayName: "own settings",
      testMatch: OWN_SETTINGS,
      testTimeout: 120_000,
    },
  ],
};
