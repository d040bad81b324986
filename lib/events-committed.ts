/**
 * Emitted locally after each commit that published events, once, on the node that committed. It is
 * for counting; consumers that must not miss an event follow the feed.
 */
export const EVENTS_COMMITTED = "$events.committed";
