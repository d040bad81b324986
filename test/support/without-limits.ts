/**
 * Switches the gateway's limits off. Imported before anything that reads the settings: journeys and
 * fuzzing ask thousands of times from one address.
 */
Object.assign(process.env, {
  LIMIT_ANONYMOUS: "0",
  LIMIT_USER: "0",
  LIMIT_LOGIN: "0",
  LIMIT_HEAVY: "0",
});
