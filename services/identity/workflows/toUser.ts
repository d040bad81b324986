/** What people are shown: accounts, and messages in their language. */
import { config } from "../../../config.ts";
import type { Meta } from "../../../lib/bus.ts";
import type { Sentence } from "../../../lib/failure.ts";
import type { User } from "../identity.contract.ts";
import { type Account, Users } from "../store/tables.ts";

export const toUser = (account: Omit<User, "role">): User => ({
  ...Users.shown(account as Account),
  role: account.roles[0] ?? "user",
});

/** The contract's message, in the language of whoever asks. */
export const messageOf = ({ message }: { message?: Sentence }, { language }: Meta): string =>
  message?.[language ?? config.language] ?? "";

/** That it was done, and in which words. */
export const done = (contract: { message?: Sentence }, meta: Meta) => ({
  success: true as const,
  message: messageOf(contract, meta),
});
