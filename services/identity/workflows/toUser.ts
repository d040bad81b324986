/** Builds answers: accounts, and messages in the caller's language. */
import { config } from "../../../config.ts";
import type { Meta } from "../../../lib/bus.ts";
import type { Sentence } from "../../../lib/failure.ts";
import type { User } from "../identity.contract.ts";
import { type Account, Users } from "../store/tables.ts";

export const toUser = (account: Omit<User, "role">): User => ({
  ...Users.shown(account as Account),
  role: account.roles[0] ?? "user",
});

/** Returns the contract's message in the caller's language. */
export const messageOf = ({ message }: { message?: Sentence }, { language }: Meta): string =>
  message?.[language ?? config.language] ?? "";

/** Builds the answer of an action that only confirms. */
export const done = (contract: { message?: Sentence }, meta: Meta) => ({
  success: true as const,
  message: messageOf(contract, meta),
});
