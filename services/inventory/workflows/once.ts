/** The common part of grouped commands: each is executed once, and a group has one per order. */
import type { Sql } from "../../../lib/sql.ts";
import { resultsOf, saveResults } from "../../../lib/idempotency.ts";

interface Command {
  readonly commandId: string;
  readonly orderId: string;
}

/** Another node carried out one of the commands meanwhile: nothing of this group may stand. */
class ExecutedMeanwhile extends Error {}

/** Answers that were given before, by command. */
export const answersOf = <R>(sql: Sql, commands: readonly Command[]): Promise<Map<string, R>> =>
  resultsOf<R>(
    sql,
    commands.map(({ commandId }) => commandId),
  );

/** Keeps the answers with their effect. @throws ExecutedMeanwhile if one is there already */
export async function saveAnswers<R>(
  sql: Sql,
  action: string,
  answers: readonly { id: string; result: R }[],
): Promise<void> {
  if (answers.length === 0) return;
  const sorted = answers.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if ((await saveResults(sql, action, sorted)) !== answers.length) throw new ExecutedMeanwhile();
}

/**
 * Runs a group in turns in which each order has one command only: a later one of the same order
 * (its release) sees what the earlier one did. A command that was sent twice is run once.
 */
export async function inRounds<C extends Command, R>(
  commands: readonly C[],
  run: (round: readonly C[]) => Promise<Map<C, R | Error>>,
): Promise<(R | Error)[]> {
  const answers = new Map<string, R | Error>();
  let rest = [...new Map(commands.map((command) => [command.commandId, command])).values()];
  while (rest.length > 0) {
    const round = firstOfEachOrder(rest);
    for (const [{ commandId }, answer] of await run(round)) answers.set(commandId, answer);
    const done = new Set(round);
    rest = rest.filter((command) => !done.has(command));
  }
  return commands.map(
    ({ commandId }) => answers.get(commandId) ?? new Error("No answer was given."),
  );
}

function firstOfEachOrder<C extends Command>(commands: readonly C[]): C[] {
  const orders = new Map<string, C>();
  for (const command of commands)
    if (!orders.has(command.orderId)) orders.set(command.orderId, command);
  return [...orders.values()];
}
