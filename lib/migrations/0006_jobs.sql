-- Work that is to be done later or again: what a transaction has enqueued, schedules that fire once over
-- all nodes, and notes on rows of the service's own tables whose work has failed (due at infinity:
-- the row itself says when it is due). What is done is deleted; what failed too often is put aside.
create table job (
  id           uuid primary key,
  kind         text not null,
  key          text not null,
  payload      jsonb,
  run_at       timestamptz not null default now(),
  tries        int not null default 0,
  failures     int not null default 0,
  -- Grows when the same is enqueued while it runs: then it runs once more.
  version      int not null default 0,
  leased_until timestamptz,
  last_error   text,
  put_aside_at timestamptz,
  created_at   timestamptz not null default now(),
  unique (kind, key)
);
create index job_due on job (kind, run_at) where put_aside_at is null;
create index job_failed on job (kind) where last_error is not null;
