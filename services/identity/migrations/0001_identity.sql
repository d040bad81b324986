-- Who people are and where they are signed in. What must never be wrong is decided here: an address
-- and a name belong to one open account, a session that ended stays so, a refresh token has one
-- successor. Moments come from the nodes, as the rules in domain/ judge by them.

create table users (
  id             uuid primary key,
  username       text not null check (length(username) between 3 and 64),
  -- The form in which names are compared: `Jean` and `jean` are one.
  username_key   text not null,
  -- Normalised: lower case, the domain in ASCII.
  email          text not null check (length(email) <= 254),
  -- None: nobody can sign in.
  password_hash  text,
  roles          text[] not null check (
    cardinality(roles) between 1 and 9
    and array_position(roles, null) is null
    and roles <@ array['user', 'coach', 'cashier', 'store_manager', 'stock_clerk', 'accountant',
                       'editor', 'moderator', 'admin']
  ),
  -- As many as a token carries.
  stores         uuid[] not null default '{}' check (cardinality(stores) <= 40),
  language       text not null check (language in ('fr', 'en')),
  first_name     text,
  last_name      text,
  active         boolean not null default true,
  signed_in_at   timestamptz(3),
  version        int not null default 1,
  created_at     timestamptz(3) not null default clock_timestamp(),
  closed_at      timestamptz(3),
  check (active = (closed_at is null))
);
create unique index users_email on users (email) where active;
create unique index users_username on users (username_key) where active;
create index users_created on users (created_at) where active;

create table sessions (
  id           uuid primary key,
  user_id      uuid not null references users (id),
  -- The `sid` of its access tokens. Another one when the roles change, so that the old tokens can be
  -- refused and the session goes on.
  access_id    uuid not null unique,
  agent        text check (length(agent) <= 255),
  ip           text check (length(ip) <= 64),
  created_at   timestamptz(3) not null,
  last_seen_at timestamptz(3) not null,
  ended_at     timestamptz(3),
  reason       text,
  check ((ended_at is null) = (reason is null))
);
create index sessions_open on sessions (user_id, id) where ended_at is null;
create index sessions_created on sessions (created_at);

create function session_stays_ended() returns trigger language plpgsql as $$
begin
  if old.ended_at is not null or (new.id, new.user_id, new.created_at)
     is distinct from (old.id, old.user_id, old.created_at) then
    raise exception 'a session that ended stays so' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger session_ends_once before update on sessions
  for each row execute function session_stays_ended();

-- The family of a token is its session.
create table refresh_tokens (
  hash           text primary key check (length(hash) = 64),
  session_id     uuid not null references sessions (id) on delete cascade,
  issued_at      timestamptz(3) not null,
  rotated_at     timestamptz(3),
  successor_hash text unique,
  check ((rotated_at is null) = (successor_hash is null))
);
create index refresh_tokens_session on refresh_tokens (session_id);
-- One token of a session is the last; the others were used.
create unique index refresh_tokens_last on refresh_tokens (session_id) where rotated_at is null;

create function refresh_token_rotates_once() returns trigger language plpgsql as $$
begin
  if old.rotated_at is not null or (new.hash, new.session_id, new.issued_at)
     is distinct from (old.hash, old.session_id, old.issued_at) then
    raise exception 'a refresh token is used once' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger refresh_token_used_once before update on refresh_tokens
  for each row execute function refresh_token_rotates_once();

-- Failed ones only. Accounts by address, whether they exist or not.
create table login_attempts (
  id        uuid primary key,
  account   text not null,
  ip        text not null,
  -- The session that the device had before, if it proved it.
  device    uuid,
  failed_at timestamptz(3) not null
);
create index login_attempts_account on login_attempts (account, failed_at desc);
create index login_attempts_ip on login_attempts (ip, failed_at desc);
create index login_attempts_failed on login_attempts (failed_at);

-- Access tokens, by their `sid`, that are refused although they have not expired.
create table token_denials (
  access_id uuid primary key,
  until     timestamptz(3) not null
);
create index token_denials_until on token_denials (until);
