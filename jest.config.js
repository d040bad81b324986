export default {
  testMatch: ["<rootDir>/test/**/*.spec.ts"],
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/test/support/strip-types.js" },
  modulePathIgnorePatterns: ["<rootDir>/.data"],
  setupFiles: ["<rootDir>/test/support/environment.ts"],
  globalSetup: "<rootDir>/test/support/postgres.up.ts",
  globalTeardown: "<rootDir>/test/support/postgres.down.ts",
  // One more than the two cores that a run is meant for: much of it waits for nodes to come and go.
  maxWorkers: 3,
  testTimeout: 30_000,
};
