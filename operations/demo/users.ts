import type { DemoUser } from "./shapes.ts";

const emailOf = (role: DemoUser["role"]) => `${role}@demo.comptoir.example`;

/**
 * One person per role, named after it so that whoever tries the demo need not look it up. Passwords
 * are made at the seed, and the administrator's address is replaced by ADMIN_EMAIL where it is set.
 */
export const users: DemoUser[] = [
  person("user", "Camille", "Rousselin"),
  person("coach", "Sacha", "Delaunoy"),
  person("cashier", "Inès", "Marchetti", ["PAR"]),
  person("store_manager", "Gabriel", "Thévenard", ["PAR"]),
  person("stock_clerk", "Maëlle", "Kerbrat", ["NAN"]),
  person("accountant", "Hélène", "Vasseur-Petit"),
  person("editor", "Nour", "Belkacemi"),
  person("moderator", "Théo", "Lachaume"),
  person("admin", "Agathe", "Orcelle"),
];

function person(
  role: DemoUser["role"],
  firstName: string,
  lastName: string,
  stores?: string[],
): DemoUser {
  const bound = stores ? { stores } : {};
  return { role, username: role, email: emailOf(role), firstName, lastName, ...bound };
}
