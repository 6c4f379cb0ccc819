-- What every function of api begins with: who asks and what they may see; the key of a write; its entry.

-- First of the files of api: forgets the helpers in schema loan, which "create or replace" could not give other parameters.
-- What migrations made stays: policies, triggers and constraints depend on it.
do $$
declare
	f regprocedure;
begin
	for f in select p.oid from pg_proc p where p.pronamespace = 'loan'::regnamespace loop
		begin
			execute 'drop function ' || f;
		exception when dependent_objects_still_exist then
			null;
		end;
	end loop;
end $$;

set role vonvay_owner;

create or replace function loan.searchable(name text) returns text language sql stable parallel safe as $$
	select lower(public.unaccent(normalize(trim(name), nfc)))
$$;
comment on function loan.searchable(text) is 'a name as it is searched for: lower case, no diacritics, đ as d';

create or replace function loan.search_patterns(words text) returns text[] language sql stable parallel safe as $$
	select coalesce(array_agg('%' || replace(replace(replace(w, '\', '\\'), '%', '\%'), '_', '\_') || '%'), '{}')
	from regexp_split_to_table(loan.searchable(words), '\s+') w where w <> ''
$$;
comment on function loan.search_patterns(text) is 'patterns for "like all": the words in any order';

create or replace function loan.today() returns date language sql stable parallel safe
return (now() at time zone 'Asia/Ho_Chi_Minh')::date;
comment on function loan.today() is 'day of the wall clock in Vietnam; what business day it is stands in loan.business';

create or replace function loan.day(day bigint) returns date language sql immutable parallel safe
return case day when -2147483648 then null when 2147483647 then 'infinity' else date '1970-01-01' + day::integer end;
comment on function loan.day(bigint) is 'date of days since 1970-01-01; the least integer is no date, the greatest for ever';

create or replace function loan.days(day date) returns integer language sql immutable parallel safe
return case when day is null then -2147483648 when isfinite(day) then day - date '1970-01-01' else 2147483647 end;
comment on function loan.days(date) is 'days since 1970-01-01; the least integer for no date, the greatest for ever';

create or replace function loan.moment(moment timestamptz) returns text language sql stable strict parallel safe
return to_jsonb(moment) #>> '{}';
comment on function loan.moment(timestamptz) is 'a moment as it stands in a reply: ISO 8601 with its offset';

-- Units of an area: those below it and those merged into these, then what any of them was merged into itself.
create or replace function loan.area_units(p_branch smallint, p_area text) returns text[] language sql stable as $$
	with recursive own(code) as (
		select p_area
		union
		select a.code
		from own u
		join loan.area a on a.branch = p_branch and a.superseded_at is null and (a.parent = u.code or a.successor = u.code)
	), units(code) as (
		select o.code from own o
		union
		select a.successor
		from units u
		join loan.area a on a.branch = p_branch and a.superseded_at is null and a.code = u.code and a.successor is not null
	)
	select array_agg(u.code) from units u
$$;
comment on function loan.area_units(smallint, text) is 'codes of a unit, of all below it and of their predecessors and successors';

create or replace function loan.staff_role_on(p_staff bigint, p_day date) returns loan.staff_role language sql stable as $$
	select r from loan.staff_role r
	where r.staff_id = p_staff and r.superseded_by is null and r.from_on <= p_day
	order by r.from_on desc limit 1
$$;
comment on function loan.staff_role_on(bigint, date) is 'role and scope of somebody on a day; null before the first';

-- Homes: the units whose households are seen even when they are in no group that is.
create or replace function loan.scope_homes_of(p_branch smallint, p_point integer, p_areas text[]) returns text[] language sql stable as $$
	select array_agg(u.code) from loan.point t, unnest(loan.area_units(p_branch, t.area)) u (code)
	where t.branch = p_branch and t.point_id = p_point and (p_areas is null or u.code = any (p_areas))
$$;
comment on function loan.scope_homes_of(smallint, integer, text[]) is 'units around a point, of some only those that are among them';

create or replace function loan.enter(p_actor bigint) returns smallint language plpgsql as $$
declare
	actor record;
	areas text[];
	homes text[];
begin
	select s.branch, r.area, r.organisation, r.point_id into actor
	from loan.staff s join loan.staff_role r on r.staff_id = s.staff_id and r.superseded_by is null and r.from_on <= loan.today()
	where s.staff_id = p_actor and s.from_on <= loan.today() and (s.until_on is null or s.until_on > loan.today())
	order by r.from_on desc limit 1;
	if actor.branch is null then
		raise exception 'actor % may not act', p_actor using errcode = 'LN403';
	end if;
	if actor.area is not null then
		areas := loan.area_units(actor.branch, actor.area);
		homes := areas;
	end if;
	if actor.point_id is not null then
		homes := loan.scope_homes_of(actor.branch, actor.point_id, areas);
	end if;
	perform set_config('vonvay.branch', actor.branch::text, true),
		set_config('vonvay.scope',
			case when num_nonnulls(actor.area, actor.organisation, actor.point_id) = 0 then 'all' else 'part' end, true),
		set_config('vonvay.organisation', coalesce(actor.organisation::text, ''), true),
		set_config('vonvay.point', coalesce(actor.point_id::text, ''), true),
		set_config('vonvay.areas', coalesce(areas::text, ''), true),
		set_config('vonvay.homes', coalesce(homes::text, ''), true);
	return actor.branch;
end $$;
comment on function loan.enter(bigint) is 'sets the scope of this transaction to the actor''s; refuses who is unknown or has ended (LN403)';

create or replace function loan.enter_all(p_actor bigint) returns smallint language plpgsql as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	if not loan.scope_all() then
		raise exception 'actor % sees only a part of the branch', p_actor using errcode = 'LN403';
	end if;
	return v_branch;
end $$;
comment on function loan.enter_all(bigint) is 'like enter(), for work on the whole branch: refuses who sees only a part of it (LN403)';

create or replace function loan.refuse_part_of_point(p_point integer) returns void language plpgsql stable as $$
begin
	if not loan.scope_all() and (loan.scope_point() is distinct from p_point or loan.scope_areas() is not null
			or loan.scope_organisation() is not null) then
		raise exception 'not by who sees only a part of the groups of this transaction point' using errcode = 'LN403', column = 'point';
	end if;
end $$;
comment on function loan.refuse_part_of_point(integer) is 'work on all groups of a point is not for who sees a part of them (LN403)';

-- The business day can't move while a write of it is not committed: the night waits for the row.
create or replace function loan.check_business(p_branch smallint, p_business date, p_reference bigint) returns void
language plpgsql as $$
declare
	v_business date;
	v_reference bigint;
begin
	select b.business_date into v_business from loan.business b where b.branch = p_branch for share;
	if v_business is distinct from p_business then
		raise exception 'the business date is %, not %', v_business, p_business using errcode = 'LN411';
	end if;
	select r.version into v_reference from loan.reference_version r;
	if v_reference is distinct from p_reference then
		raise exception 'the reference data have version %, not %', v_reference, p_reference using errcode = 'LN411';
	end if;
end $$;
comment on function loan.check_business(smallint, date, bigint) is
	'a write decided for another business date or with other reference data is refused (LN411)';

create or replace function loan.entry_make(p_branch smallint, p_actor bigint, p_door smallint, p_method text, p_business date)
returns bigint language plpgsql as $$
declare
	v_entry bigint;
begin
	insert into loan.entry (branch, business_date, actor, door, method) values (p_branch, p_business, p_actor, p_door, p_method)
	returning entry_id into v_entry;
	return v_entry;
end $$;
comment on function loan.entry_make(smallint, bigint, smallint, text, date) is 'the row of a write: who, when, by which door';

create or replace function loan.write_begin(
	p_actor bigint, p_door smallint, p_method text, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date,
	p_reference bigint, out branch smallint, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql as $$
declare
	stored loan.request_key;
begin
	branch := loan.enter(p_actor);
	reply := p_reply;
	repeated := false;
	if p_key is not null then
		insert into loan.request_key (actor, key, body_sha256, method, reply)
		values (p_actor, p_key, p_body_sha256, p_method, p_reply)
		on conflict do nothing;
		if not found then
			select k.* into stored from loan.request_key k where k.actor = p_actor and k.key = p_key;
			if not found then
				raise exception 'key % is being written now', p_key using errcode = 'LN015';
			end if;
			if stored.body_sha256 <> p_body_sha256 then
				raise exception 'key % was used for another request', p_key using errcode = 'LN005';
			end if;
			entry_id := stored.entry_id;
			reply := stored.reply;
			repeated := true;
			return;
		end if;
	end if;
	perform loan.check_business(branch, p_business, p_reference);
	entry_id := loan.entry_make(branch, p_actor, p_door, p_method, p_business);
	if p_key is not null then
		update loan.request_key k set entry_id = write_begin.entry_id where k.actor = p_actor and k.key = p_key;
	end if;
end $$;
comment on function loan.write_begin(bigint, smallint, text, uuid, bytea, text, date, bigint) is
	'the head of every write: scope, key (the stored reply when repeated, LN005 with another body), business date, entry';

create or replace function loan.write_reply(p_actor bigint, p_key uuid, p_reply text) returns text language plpgsql as $$
begin
	update loan.request_key k set reply = p_reply where k.actor = p_actor and k.key = p_key;
	return p_reply;
end $$;
comment on function loan.write_reply(bigint, uuid, text) is 'the reply of a write that SQL makes, kept with its key';

create or replace function loan.audit_add(p_branch smallint, p_entry bigint, p_subject text, p_subject_id text, p_fields text[])
returns void language plpgsql as $$
begin
	insert into loan.audit (branch, entry_id, subject, subject_id, fields, hashes)
	values (p_branch, p_entry, p_subject, p_subject_id, p_fields, '{}');
end $$;
comment on function loan.audit_add(smallint, bigint, text, text, text[]) is 'the trail: which fields of what were set, never a value';

-- Four eyes. Who goes on with the work of another stands in their place.
create or replace function loan.refuse_maker(p_branch smallint, p_actor bigint, p_subject text, p_id bigint, p_makers bigint[],
	p_field text, p_message text) returns void language plpgsql as $$
begin
	if p_actor = any (p_makers) or exists (select from loan.staff_handed h
			where h.branch = p_branch and h.subject = p_subject and h.subject_id = p_id and h.to_staff = p_actor) then
		raise exception '%', p_message using errcode = 'LN043', column = p_field;
	end if;
end $$;
comment on function loan.refuse_maker(smallint, bigint, text, bigint, bigint[], text, text) is
	'whoever made something, or took it over, does not approve it (LN043): of every method that the method table marks FOUR_EYES';

create or replace function loan.holder_of(p_branch smallint, p_subject text, p_id bigint, p_maker bigint) returns bigint
language sql stable as $$
	select coalesce((select h.to_staff from loan.staff_handed h
		where h.branch = p_branch and h.subject = p_subject and h.subject_id = p_id order by h.entry_id desc limit 1), p_maker)
$$;
comment on function loan.holder_of(smallint, text, bigint, bigint) is 'who has a piece of work now: its maker, or whom it was handed to last';

reset role;
set role vonvay_api;

create or replace function api.key_get(p_actor bigint, p_key uuid) returns table (body_sha256 text, reply text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
	perform loan.enter(p_actor);
	return query select encode(k.body_sha256, 'hex'), k.reply from loan.request_key k where k.actor = p_actor and k.key = p_key;
end $$;
comment on function api.key_get(bigint, uuid) is 'the stored reply of a key of this actor, with the hash of its request';

create or replace function api.number_entries(p_actor bigint) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_numbered bigint;
begin
	perform pg_advisory_xact_lock(7263001);
	with last as (
		select coalesce(max(e.position), 0) as position from loan.entry e
	), next as (
		select e.entry_id, row_number() over (order by e.entry_id) as n from loan.entry e where e.position is null
	)
	update loan.entry e set position = last.position + next.n from last, next where e.entry_id = next.entry_id;
	get diagnostics v_numbered = row_count;
	return v_numbered;
end $$;
comment on function api.number_entries(bigint) is 'gives the committed entries that have none their gap-free position; one caller at a time';

create or replace function api.daemon_purge(p_actor bigint) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_months integer;
	v_purged bigint;
begin
	select p.value::integer into v_months from loan.policy p
	where p.name = 'key_months' and p.superseded_at is null and p.from_on <= loan.today() order by p.from_on desc limit 1;
	delete from loan.request_key k where k.recorded_at < now() - make_interval(months => v_months);
	get diagnostics v_purged = row_count;
	return v_purged;
end $$;
comment on function api.daemon_purge(bigint) is 'forgets keys older than the policy key_months; how many they were';

reset role;
