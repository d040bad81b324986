import type { Provider } from "./provider.ts";

/** Cash that staff receive: no provider's object, the payment's locked row decides. */
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
