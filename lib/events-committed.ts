/**
 * Rung on a node's own bus after each commit that told events, with what was told: once, on the node that
 * committed. For counting; whatever must not be lost follows the feed.
 */
export const EVENTS_COMMITTED = "$events.committed";
