-- The state of a payment service provider in miniature. It only lives in this database for want of
-- a system of its own: nothing here is read or changed in a transaction of the payments themselves.

create table simulator_setting (
  single   boolean primary key default true check (single),
  scenario jsonb not null default '{}'
);
insert into simulator_setting default values;

create table simulator_intent (
  id         text primary key,
  key        text not null unique,
  payment_id text not null,
  currency   char(3) not null,
  amount     bigint not null check (amount > 0),
  status     text not null check (status in ('open', 'processing', 'succeeded', 'canceled')),
  charge_id  text unique,
  scenario   jsonb not null default '{}',
  -- When a late answer is decided.
  decide_at  timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  check ((status = 'succeeded') = (charge_id is not null)),
  check (status in ('processing', 'canceled') or decide_at is null)
);
create index simulator_intent_due on simulator_intent (decide_at) where decide_at is not null;

create table simulator_attempt (
  key       text primary key,
  intent_id text not null references simulator_intent,
  n         bigint generated always as identity,
  state     text not null check (state in ('processing', 'succeeded', 'declined')),
  reason    text
);
create index simulator_attempt_intent on simulator_attempt (intent_id, n);
create unique index simulator_one_charge on simulator_attempt (intent_id)
  where state in ('processing', 'succeeded');

create table simulator_refund (
  id        text primary key,
  key       text not null unique,
  intent_id text not null references simulator_intent,
  amount    bigint not null check (amount > 0),
  status    text not null check (status in ('pending', 'succeeded', 'failed')),
  reason    text,
  decide_at timestamptz
);
create index simulator_refund_intent on simulator_refund (intent_id);
create index simulator_refund_due on simulator_refund (decide_at) where status = 'pending';

-- How often a call with this key has already timed out.
create table simulator_timeout (
  key  text not null,
  call text not null,
  n    int not null,
  primary key (key, call)
);

-- Webhooks still to be delivered, at least once each.
create table simulator_webhook (
  id         bigint generated always as identity primary key,
  body       text not null,
  deliver_at timestamptz not null default now(),
  tries      int not null default 0
);
create index simulator_webhook_due on simulator_webhook (deliver_at);
