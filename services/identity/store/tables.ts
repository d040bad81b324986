/** The one model is for the list of people; all else of identity is SQL. */
import { DataTypes, Op, type Sequelize } from "sequelize";
import type { Tx } from "../../../lib/sql.ts";

export function tables(sequelize: Sequelize) {
  const Users = sequelize.define(
    "users",
    {
      id: { type: DataTypes.UUID, primaryKey: true },
      username: DataTypes.TEXT,
      email: DataTypes.TEXT,
      roles: DataTypes.ARRAY(DataTypes.TEXT),
      stores: DataTypes.ARRAY(DataTypes.UUID),
      language: DataTypes.TEXT,
      firstName: DataTypes.TEXT,
      lastName: DataTypes.TEXT,
      active: DataTypes.BOOLEAN,
      createdAt: DataTypes.DATE(3),
    },
    { freezeTableName: true, underscored: true, timestamps: false },
  );
  return { Users };
}
export type Tables = ReturnType<typeof tables>;
export type { Tx };

/** A person as lists and statements answer them, without what is secret. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly stores: readonly string[];
  readonly language: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly createdAt: Date;
}

/** What of it leaves the database, which filters and sorts there are. */
export const listing = {
  model: ({ Users }: Tables) => Users,
  fields: [
    "id",
    "username",
    "email",
    "roles",
    "stores",
    "language",
    "firstName",
    "lastName",
    "createdAt",
  ],
  filters: ["id", "roles", "active"],
  sorts: ["username", "email", "createdAt"],
  // The adapter takes these as they are: names of columns, not of fields.
  search: ["username", "email", "first_name", "last_name"],
};

/** A filter of `roles`: people who have this one among others. The mixin hands it on as it is. */
export const having = (role: string) => ({ [Op.contains]: [role] }) as unknown as string;
