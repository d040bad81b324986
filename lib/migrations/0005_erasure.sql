-- Facts stay, names go: rows that are only added may lose the texts in which people are named, within
-- functions that run with the owner's rights and say so by the setting comptoir.erasing. The role that
-- serves requests may not update these tables, so that setting alone lets it do nothing.

create or replace function append_only() returns trigger language plpgsql as $$
declare erasable constant text[] := '{text,detail}';
begin
  if tg_op = 'UPDATE' and current_setting('comptoir.erasing', true) = 'on' then
    if to_jsonb(new) - erasable = to_jsonb(old) - erasable then
      return new;
    end if;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = '55000';
end $$;

create or replace function event_numbered_once() returns trigger language plpgsql as $$
begin
  if current_setting('comptoir.erasing', true) = 'on'
     and (new.id, new.position, new.name, new.at, new.actor)
         is not distinct from (old.id, old.position, old.name, old.at, old.actor) then
    return new;
  end if;
  if old.position is not null
     or (new.id, new.name, new.data, new.at) is distinct from (old.id, old.name, old.data, old.at) then
    raise exception 'event is append-only' using errcode = '55000';
  end if;
  return new;
end $$;

-- Takes `fields` out of the events about `subject` (their key); answers how many had any of them.
create function erase_events(subject text, fields text[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare erased bigint;
begin
  perform set_config('comptoir.erasing', 'on', true);
  update event set data = data - fields where key = subject and data ?| fields;
  get diagnostics erased = row_count;
  perform set_config('comptoir.erasing', 'off', true);
  return erased;
end $$;

-- Takes the details out of the timelines of processes; their steps and outcomes stay.
create function erase_details(processes uuid[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare erased bigint;
begin
  perform set_config('comptoir.erasing', 'on', true);
  update saga_log set detail = null where saga_id = any(processes) and detail is not null;
  get diagnostics erased = row_count;
  perform set_config('comptoir.erasing', 'off', true);
  return erased;
end $$;
