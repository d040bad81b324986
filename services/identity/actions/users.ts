import type { ActionHandler } from "../../../lib/bus.ts";
import { CursorInvalid, cursorOf, DEFAULT_LIMIT, keyOf } from "../../../lib/page.ts";
import { toUser } from "../workflows/toUser.ts";
import type { ListUsers } from "../identity.contract.ts";
import type { IdentityService } from "../identity.types.ts";
import { having } from "../store/tables.ts";

export const users: ActionHandler<typeof ListUsers, IdentityService> = async (ctx, { records }) => {
  const { limit = DEFAULT_LIMIT, after, q, role, sort = "username" } = ctx.params;
  const { id, scope } = ctx.locals.caller;
  const page = pageIn(after);
  const { items, total } = await records.list({
    filters: {
      active: true,
      ...(role !== undefined && { roles: having(role) }),
      ...(scope !== "any" && { id }),
    },
    search: q,
    sort,
    page,
    pageSize: limit,
  });
  return {
    items: items.map(toUser),
    ...(page * limit < total && { next: cursorOf([page + 1]) }),
    total,
  };
};

const LAST_PAGE = 1_000_000;

/** The cursor of this list is the number of the next page: it may be sorted in several ways. */
function pageIn(after: string | undefined): number {
  const [page = 1] = keyOf(after, "integer") ?? [];
  if (page >= 1 && page <= LAST_PAGE) return page;
  throw CursorInvalid({});
}
