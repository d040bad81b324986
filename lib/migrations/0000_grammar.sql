-- What every service's database has: the event feed it tells, the cursors of the feeds it hears,
-- the answers it has given, and the processes it owns. See docs/architecture.md.

create function append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '55000';
end $$;

-- The feed. A row is never changed but for the position that the sequencer gives it once.
create table event (
  id       uuid primary key,
  position bigint,
  name     text not null,
  key      text,
  data     jsonb not null,
  trace_id text,
  actor    text,
  at       timestamptz(3) not null default clock_timestamp()
) with (fillfactor = 80);
create unique index event_position on event (position) where position is not null;
create index event_unnumbered on event (at) where position is null;

create function event_numbered_once() returns trigger language plpgsql as $$
begin
  if old.position is not null
     or (new.id, new.name, new.data, new.at) is distinct from (old.id, old.name, old.data, old.at) then
    raise exception 'event is append-only' using errcode = '55000';
  end if;
  return new;
end $$;
create trigger event_kept before update on event for each row execute function event_numbered_once();

-- Highest position given; the sequencer's row lock is the advisory lock, this is its memory.
create table feed_head (single boolean primary key default true check (single), position bigint not null default 0);
insert into feed_head default values;

create table feed_cursor (
  producer text primary key,
  position bigint not null default 0,
  tries    int not null default 0,
  due_at   timestamptz not null default now(),
  error    text
);
create table dead_letter (
  producer    text not null,
  position    bigint not null,
  event       jsonb not null,
  error       text not null,
  tries       int not null,
  at          timestamptz not null default now(),
  replayed_at timestamptz,
  primary key (producer, position)
);

-- Commands of sagas: what was answered is kept with the effect, and answered again.
create table command_result (
  id     uuid primary key,
  action text not null,
  result jsonb not null,
  at     timestamptz not null default clock_timestamp()
);
create index command_result_at on command_result (at);

-- Idempotency keys of clients: the same key and request are answered the same.
create table idempotency (
  principal   text not null,
  key         text not null check (length(key) between 1 and 255),
  req_sha256  bytea not null,
  resource_id text,
  answer      jsonb,
  created_at  timestamptz not null default now(),
  primary key (principal, key)
);
create index idempotency_at on idempotency (created_at);

-- Processes this service owns, and their timeline.
create table saga (
  id         uuid primary key,
  kind       text not null,
  step       text not null,
  state      jsonb not null default '{}',
  attempt    int not null default 0,
  due_at     timestamptz not null default now(),
  deadline   timestamptz,
  last_error text,
  version    int not null default 0,
  started_at timestamptz not null default now(),
  ended_at   timestamptz
);
create index saga_due on saga (due_at) where ended_at is null;
create table saga_log (
  saga_id uuid not null,
  n       bigint generated always as identity,
  step    text not null,
  outcome text not null,
  detail  text,
  at      timestamptz(3) not null default clock_timestamp(),
  primary key (saga_id, n)
);
create trigger saga_log_kept before update or delete on saga_log for each row execute function append_only();
