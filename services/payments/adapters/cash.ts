import type { Provider } from "./provider.ts";

/**
 * Money that staff take in their hands. It has no object elsewhere: what is decided under the
 * payment's row lock is so, and it is asked there.
 */
export const cash: Provider = {
  name: "cash",
  local: true,
  create: async (key) => ({ providerId: `cash:${key}`, status: "open" }),
  confirm: async (key, providerId) => ({
    providerId,
    status: "succeeded",
    chargeId: key,
    attempt: { key, state: "succeeded" },
  }),
  get: async (providerId) => ({ providerId, status: "open" }),
  cancel: async (providerId) => ({ providerId, status: "canceled" }),
  refund: async (key) => ({ refundId: `cash:${key}`, status: "succeeded" }),
  understands: () => false,
  verifyWebhook: () => undefined,
};
