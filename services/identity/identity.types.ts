import type { DatabaseService, Db } from "../../mixins/database.mixin.ts";
import type { PasswordPool } from "./adapters/passwords/pool.ts";

export type IdentityDb = Db;
export type IdentityService = DatabaseService & { passwords: PasswordPool };
