import type { Provider } from "./provider.ts";

/**
 * Cash that staff receive. It has no object at a provider: the payment's row, under its lock,
 * decides.
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
