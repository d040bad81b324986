import type { DatabaseService, Db } from "../../mixins/database.mixin.ts";
import type { RecordsService } from "../../mixins/records.mixin.ts";
import type { PasswordPool } from "./adapters/passwords/pool.ts";
import type { Person, Tables } from "./store/tables.ts";

export type IdentityDb = Db<Tables>;
export type IdentityService = DatabaseService<Tables> &
  RecordsService<Person> & { passwords: PasswordPool };
