/** Environment of a node that gets all requests from one address: a load, a proof, a test. */
export const WITHOUT_LIMITS: Readonly<Record<string, string>> = {
  LIMIT_ANONYMOUS: "0",
  LIMIT_USER: "0",
  LIMIT_LOGIN: "0",
  LIMIT_HEAVY: "0",
};
