-- Who is calling: the peer of the Unix socket, the name of a certificate, and whom they may act as in the demo. Staff are
-- changed by two administrators; a change is tried when it is proposed and happens when the other one approves it.
set role vonvay_owner;

create or replace function loan.staff_add(p_branch integer, p_name text, p_full_name text, p_role integer, p_from date,
	p_area text default null, p_organisation integer default null, p_point text default null, p_uid integer default null,
	p_may_act_as boolean default false, p_entry bigint default null) returns bigint language plpgsql as $$
declare
	v_staff bigint;
	v_point integer;
begin
	select t.point_id into v_point from loan.point t where t.branch = p_branch and t.code = p_point;
	if not found and p_point is not null then
		raise exception 'no transaction point %', p_point using errcode = 'LN404', column = 'point';
	end if;
	insert into loan.staff (branch, name, full_name, uid, may_act_as, from_on)
	values (p_branch, p_name, p_full_name, p_uid, p_may_act_as, p_from)
	returning staff_id into v_staff;
	insert into loan.staff_role (staff_id, branch, role, area, organisation, point_id, from_on, entry_id)
	values (v_staff, p_branch, p_role, p_area, p_organisation, v_point, p_from, p_entry);
	return v_staff;
end $$;
comment on function loan.staff_add(integer, text, text, integer, date, text, integer, text, integer, boolean, bigint) is
	'a new member of staff with the first role; entry null: put in by the operator. Their number';

create or replace function loan.staff_now(p_staff bigint)
returns table (staff_id bigint, branch smallint, name text, role smallint, area text, organisation smallint, point_id integer,
	may_act_as boolean) language sql stable as $$
	select s.staff_id, s.branch, s.name, r.role, r.area, r.organisation, r.point_id, s.may_act_as
	from loan.staff s cross join lateral loan.staff_role_on(s.staff_id, loan.today()) r
	where s.staff_id = p_staff and s.from_on <= loan.today() and (s.until_on is null or s.until_on > loan.today())
		and r.row_id is not null
$$;
comment on function loan.staff_now(bigint) is 'a member of staff as they are today; no row when they may not act';

-- ---- what a change of staff does ----

create or replace function loan.staff_refuse(p_field text, p_state text, p_message text) returns void language plpgsql as $$
begin
	raise exception '%', p_message using errcode = p_state, column = p_field;
end $$;
comment on function loan.staff_refuse(text, text, text) is 'refuses a change of staff: the field at fault, the error, the sentence';

create or replace function loan.staff_of(p_branch smallint, p_field text, p_name text) returns loan.staff language plpgsql stable as $$
declare
	found_staff loan.staff;
begin
	select s.* into found_staff from loan.staff s where s.branch = p_branch and s.name = p_name
		and not exists (select from loan.staff_role r where r.staff_id = s.staff_id and r.role = 9);
	if not found then
		perform loan.staff_refuse(p_field, 'LN404', format('no staff %s', p_name));
	end if;
	return found_staff;
end $$;
comment on function loan.staff_of(smallint, text, text) is 'a member of staff by name (LN404); the daemon''s own are none';

-- {"role","area","organisation","point","from"} -> a row of theirs, without whose it is.
create or replace function loan.staff_role_asked(p_branch smallint, p jsonb) returns loan.staff_role language plpgsql stable as $$
declare
	asked loan.staff_role;
begin
	asked.branch := p_branch;
	asked.from_on := greatest((p ->> 'from')::date, loan.today());
	select c.code into asked.role from loan.code c where c.kind = 'role' and c.word = p ->> 'role' and c.code <> 9;
	if not found then
		perform loan.staff_refuse('role', 'LN422', format('no role %s', p ->> 'role'));
	end if;
	select a.code into asked.area from loan.area a where a.branch = p_branch and a.code = p ->> 'area' and a.superseded_at is null;
	if not found and p ? 'area' then
		perform loan.staff_refuse('area', 'LN404', format('no unit %s', p ->> 'area'));
	end if;
	select o.organisation into asked.organisation from loan.organisation o where o.word = p ->> 'organisation';
	if not found and p ? 'organisation' then
		perform loan.staff_refuse('organisation', 'LN404', format('no organisation %s', p ->> 'organisation'));
	end if;
	select t.point_id into asked.point_id from loan.point t where t.branch = p_branch and t.code = p ->> 'point';
	if not found and p ? 'point' then
		perform loan.staff_refuse('point', 'LN404', format('no transaction point %s', p ->> 'point'));
	end if;
	if asked.role = 4 and num_nonnulls(asked.area, asked.organisation, asked.point_id) > 0 then
		perform loan.staff_refuse('role', 'LN422', 'an administrator is that of the whole branch');
	elsif asked.role = 3 and asked.organisation is null then
		perform loan.staff_refuse('organisation', 'LN422', 'an organisation officer has an organisation');
	end if;
	return asked;
end $$;
comment on function loan.staff_role_asked(smallint, jsonb) is
	'the role with its scope that a change names (LN422, LN404), from its day on or from today';

create or replace function loan.staff_create(p_branch smallint, p jsonb, p_entry bigint) returns bigint language plpgsql as $$
declare
	v_staff bigint;
	v_role loan.staff_role := loan.staff_role_asked(p_branch, p);
begin
	if p ->> 'name' !~ '^[a-z][a-z0-9._-]{0,62}$' then
		perform loan.staff_refuse('name', 'LN422', 'a name has small letters, digits, ".", "_", "-" and begins with a letter');
	elsif exists (select from loan.staff s where s.name = p ->> 'name') then
		perform loan.staff_refuse('name', 'LN014', format('the name %s is taken', p ->> 'name'));
	elsif exists (select from loan.staff s where s.uid = (p ->> 'uid')::integer
			and (s.until_on is null or s.until_on > v_role.from_on)) then
		perform loan.staff_refuse('uid', 'LN014', format('user %s of this machine is another one', p ->> 'uid'));
	end if;
	v_staff := loan.staff_add(p_branch, p ->> 'name', p ->> 'full_name', v_role.role, v_role.from_on, v_role.area, v_role.organisation,
		p ->> 'point', (p ->> 'uid')::integer, false, p_entry);
	return v_staff;
end $$;
comment on function loan.staff_create(smallint, jsonb, bigint) is 'kind create: a new member of staff with the first role';

create or replace function loan.administrators_on(p_branch smallint, p_day date) returns bigint language sql stable as $$
	select count(*) from loan.staff s cross join lateral loan.staff_role_on(s.staff_id, p_day) r
	where s.branch = p_branch and r.role = 4 and s.from_on <= p_day and (s.until_on is null or s.until_on > p_day)
$$;
comment on function loan.administrators_on(smallint, date) is 'how many administrators there are on a day';

-- By the operator, as superuser. Who could enter a third one alone could do what two have to.
create or replace function loan.staff_add_administrator(p_name text, p_full_name text, p_uid integer) returns bigint
language plpgsql as $$
declare
	v_branch smallint := (select min(b.branch) from loan.branch b);
begin
	if loan.administrators_on(v_branch, loan.today()) >= 2 then
		raise exception 'there are two administrators: they enter others (staff create)' using errcode = 'LN014';
	end if;
	return loan.staff_create(v_branch, jsonb_strip_nulls(jsonb_build_object('name', p_name, 'full_name', p_full_name,
		'role', 'administrator', 'uid', p_uid)), null);
end $$;
comment on function loan.staff_add_administrator(text, text, integer) is
	'one of the first two administrators, from today (LN014: there are two); put in by the operator';

-- On every day from today on on which something begins or ends.
create or replace function loan.staff_two_stay(p_branch smallint) returns void language plpgsql as $$
begin
	if exists (
		select from (
			select loan.today() as day
			union select r.from_on from loan.staff_role r where r.branch = p_branch and r.superseded_by is null
			union select s.until_on from loan.staff s where s.branch = p_branch and s.until_on is not null
		) d where d.day >= loan.today() and loan.administrators_on(p_branch, d.day) < 2) then
		perform loan.staff_refuse('staff', 'LN014', 'two administrators have to stay');
	end if;
end $$;
comment on function loan.staff_two_stay(smallint) is 'refuses what would leave fewer than two administrators on some day to come (LN014)';

create or replace function loan.staff_role_set(p_branch smallint, p_staff loan.staff, p jsonb, p_entry bigint) returns void
language plpgsql as $$
declare
	v_role loan.staff_role := loan.staff_role_asked(p_branch, p);
begin
	if p_staff.until_on <= v_role.from_on then
		perform loan.staff_refuse('from', 'LN007', format('%s ends on %s', p_staff.name, p_staff.until_on));
	end if;
	update loan.staff_role r set superseded_by = p_entry
	where r.staff_id = p_staff.staff_id and r.from_on >= v_role.from_on and r.superseded_by is null;
	insert into loan.staff_role (staff_id, branch, role, area, organisation, point_id, from_on, entry_id)
	values (p_staff.staff_id, p_branch, v_role.role, v_role.area, v_role.organisation, v_role.point_id, v_role.from_on, p_entry);
end $$;
comment on function loan.staff_role_set(smallint, loan.staff, jsonb, bigint) is
	'kind role: another role or scope from a day on, in place of what was planned for later';

create or replace function loan.staff_end(p_staff loan.staff, p jsonb) returns void language plpgsql as $$
begin
	if p_staff.until_on <= loan.today() then
		perform loan.staff_refuse('staff', 'LN014', format('%s ended on %s', p_staff.name, p_staff.until_on));
	end if;
	update loan.staff s set until_on = greatest((p ->> 'until')::date, loan.today()) where s.staff_id = p_staff.staff_id;
	if not exists (select from loan.staff_now(p_staff.staff_id)) then -- from a later day on nobody is let in with them
		perform loan.web_end_sessions(p_staff.staff_id, 'staff');
	end if;
end $$;
comment on function loan.staff_end(loan.staff, jsonb) is 'kind end: the first day somebody is no longer there, today when none is named';

-- Applications that are not disbursed yet and proposals that wait: begun by somebody or handed to them, and not handed on since.
create or replace function loan.staff_open(p_branch smallint, p_staff bigint) returns table (subject text, subject_id bigint)
language sql stable as $$
	with open(subject, subject_id, maker) as (
		select 'application', t.application_id, m.actor
		from loan.application_state t, lateral loan.application_made_by(p_branch, t.application_id) m (actor)
		where t.branch = p_branch and t.state between 1 and 4
		union all
		select 'change', c.change_id, c.proposed_by from loan.change c where c.branch = p_branch and c.state in ('proposed', 'failed')
		union all
		select 'staff_change', c.change_id, c.proposed_by from loan.staff_change c where c.branch = p_branch and c.state = 'proposed'
	)
	select distinct o.subject, o.subject_id
	from open o
	left join lateral (select max(h.entry_id) filter (where h.to_staff = p_staff) as came,
			max(h.entry_id) filter (where h.from_staff = p_staff) as went
		from loan.staff_handed h where h.branch = p_branch and h.subject = o.subject and h.subject_id = o.subject_id) w on true
	where (o.maker = p_staff or w.came is not null) and coalesce(w.went, 0) <= coalesce(w.came, 0)
$$;
comment on function loan.staff_open(smallint, bigint) is 'the open work that is somebody''s';

create or replace function loan.staff_hand_over(p_branch smallint, p_staff loan.staff, p jsonb, p_entry bigint) returns void
language plpgsql as $$
declare
	v_to loan.staff := loan.staff_of(p_branch, 'to', p ->> 'to');
begin
	if v_to.staff_id = p_staff.staff_id then
		perform loan.staff_refuse('to', 'LN422', format('%s has it already', v_to.name));
	elsif v_to.until_on <= loan.today() then
		perform loan.staff_refuse('to', 'LN014', format('%s ended on %s', v_to.name, v_to.until_on));
	end if;
	insert into loan.staff_handed (branch, subject, subject_id, from_staff, to_staff, entry_id)
	select p_branch, o.subject, o.subject_id, p_staff.staff_id, v_to.staff_id, p_entry
	from loan.staff_open(p_branch, p_staff.staff_id) o;
end $$;
comment on function loan.staff_hand_over(smallint, loan.staff, jsonb, bigint) is
	'kind hand_over: the open work of one goes to another, who stands in their place';

create or replace function loan.staff_apply(p_branch smallint, p_kind text, p_staff bigint, p jsonb, p_entry bigint) returns bigint
language plpgsql as $$
declare
	s loan.staff;
	was_administrator boolean;
begin
	if p_kind = 'create' then
		return loan.staff_create(p_branch, p, p_entry);
	end if;
	select t.* into s from loan.staff t where t.staff_id = p_staff;
	was_administrator := exists (select from loan.staff_role r
		where r.staff_id = s.staff_id and r.role = 4 and r.superseded_by is null);
	case p_kind
		when 'role' then perform loan.staff_role_set(p_branch, s, p, p_entry);
		when 'end' then perform loan.staff_end(s, p);
		when 'hand_over' then perform loan.staff_hand_over(p_branch, s, p, p_entry);
		when 'reset_certificates' then -- a certificate has no parts of a second
			update loan.staff t set certificates_from = date_trunc('second', now()) where t.staff_id = s.staff_id;
	end case;
	if was_administrator then
		perform loan.staff_two_stay(p_branch);
	end if;
	return s.staff_id;
end $$;
comment on function loan.staff_apply(smallint, text, bigint, jsonb, bigint) is 'a change of staff happens; whom it is about';

create or replace function loan.staff_try(p_branch smallint, p_kind text, p_staff bigint, p jsonb, p_entry bigint) returns void
language plpgsql as $$
begin
	perform loan.staff_apply(p_branch, p_kind, p_staff, p, p_entry);
	raise exception 'as it was' using errcode = 'LN999';
exception when sqlstate 'LN999' then
	null;
end $$;
comment on function loan.staff_try(smallint, text, bigint, jsonb, bigint) is 'refuses what could not happen now; nothing happens';

create or replace function loan.staff_name(p_staff bigint) returns text language sql stable as $$
	select s.name from loan.staff s where s.staff_id = p_staff
$$;
comment on function loan.staff_name(bigint) is 'what somebody signs in as';

create or replace function loan.staff_change_show(c loan.staff_change) returns jsonb language sql stable as $$
	select jsonb_build_object('change', c.change_id::text, 'kind', c.kind,
		'staff', coalesce(loan.staff_name(c.staff_id), c.parameters ->> 'name'), 'parameters', c.parameters, 'reason', c.reason,
		'state', c.state, 'proposed_by', loan.staff_name(c.proposed_by), 'proposed_at', p.recorded_at,
		'decided_by', loan.staff_name(c.decided_by), 'decided_at', c.finished_at, 'note', c.note,
		'handed', (select count(*) from loan.staff_handed h where h.branch = c.branch and h.entry_id = c.decided_entry))
	from loan.entry p where p.entry_id = c.proposed_entry
$$;
comment on function loan.staff_change_show(loan.staff_change) is 'a change of staff as JSON';

-- One at a time: what two of them do together has to leave two administrators too.
create or replace function loan.staff_change_get(p_branch smallint, p jsonb) returns loan.staff_change language plpgsql as $$
declare
	c loan.staff_change;
begin
	perform pg_advisory_xact_lock(7263002);
	select t.* into c from loan.staff_change t
	where t.branch = p_branch and t.change_id = (p ->> 'change')::bigint for no key update;
	if not found then
		perform loan.staff_refuse('change', 'LN404', format('no change %s', p ->> 'change'));
	elsif c.state <> 'proposed' then
		perform loan.staff_refuse('change', 'LN014', format('change %s is %s', c.change_id, c.state));
	end if;
	return c;
end $$;
comment on function loan.staff_change_get(smallint, jsonb) is 'a change of staff that waits, locked (LN404, LN014)';

create or replace function loan.staff_row(s loan.staff, p_day date) returns jsonb language sql stable as $$
	select jsonb_build_object('staff', s.name, 'full_name', s.full_name, 'role', c.word, 'area', r.area, 'organisation', o.word,
		'point', t.code, 'from', s.from_on, 'until', s.until_on, 'uid', s.uid, 'certificates_from', s.certificates_from)
	from (select 1) one
	left join lateral loan.staff_role_on(s.staff_id, p_day) r on true
	left join loan.code c on c.kind = 'role' and c.code = r.role
	left join loan.organisation o on o.organisation = r.organisation
	left join loan.point t on t.branch = s.branch and t.point_id = r.point_id
$$;
comment on function loan.staff_row(loan.staff, date) is 'a member of staff as JSON, with the role of a day';

reset role;
set role vonvay_api;

create or replace function api.staff_by_uid(p_uid integer)
returns table (staff_id bigint, branch smallint, name text, role smallint, area text, organisation smallint, point_id integer,
	may_act_as boolean)
language sql stable security definer set search_path = '' as $$
	select n.* from loan.staff s cross join lateral loan.staff_now(s.staff_id) n where s.uid = p_uid
$$;
comment on function api.staff_by_uid(integer) is 'the staff whose Unix user this is, if they may act today';

create or replace function api.staff_by_certificate(p_name text, p_not_before timestamptz)
returns table (staff_id bigint, branch smallint, name text, role smallint, area text, organisation smallint, point_id integer,
	may_act_as boolean)
language sql stable security definer set search_path = '' as $$
	select n.* from loan.staff s cross join lateral loan.staff_now(s.staff_id) n
	where s.name = p_name and (s.certificates_from is null or p_not_before >= s.certificates_from) and n.role <> 9
$$;
comment on function api.staff_by_certificate(text, timestamptz) is
	'the staff a client certificate names, if they may act today and it began after their certificates were reset';

create or replace function api.staff_by_name(p_actor bigint, p_name text)
returns table (staff_id bigint, branch smallint, name text, role smallint, area text, organisation smallint, point_id integer,
	may_act_as boolean)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select n.* from loan.staff s cross join lateral loan.staff_now(s.staff_id) n where s.name = p_name and s.branch = v_branch;
end $$;
comment on function api.staff_by_name(bigint, text) is 'staff of the actor''s branch by the name they sign in with, if they may act today';

-- ---- writes ----

create or replace function api.staff_propose(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, p_kind text, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	head record := loan.write_begin(p_actor, p_door, 'staff.' || p_kind, p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_staff bigint;
	c loan.staff_change;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.enter_all(p_actor);
	if p_kind <> 'create' then
		v_staff := (loan.staff_of(head.branch, 'staff', p ->> 'staff')).staff_id;
	end if;
	if coalesce((p ->> 'from')::date, (p ->> 'until')::date) < loan.today() then
		perform loan.staff_refuse(case when p ? 'from' then 'from' else 'until' end, 'LN007',
			format('%s is over', coalesce(p ->> 'from', p ->> 'until')));
	end if;
	perform loan.staff_try(head.branch, p_kind, v_staff, p, head.entry_id);
	insert into loan.staff_change (branch, kind, staff_id, parameters, reason, proposed_by, proposed_entry)
	values (head.branch, p_kind, v_staff, p - '{staff,reason}'::text[], p ->> 'reason', p_actor, head.entry_id)
	returning * into c;
	perform loan.audit_add(head.branch, head.entry_id, 'staff_change', c.change_id::text, array[p_kind]);
	reply := loan.write_reply(p_actor, p_key, loan.staff_change_show(c)::text);
end $$;
comment on function api.staff_propose(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, text) is
	'staff.create, staff.role, staff.end, staff.hand_over, staff.reset_certificates: proposed, when it could happen now';

create or replace function api.staff_approve(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	head record := loan.write_begin(p_actor, p_door, 'staff.approve', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_staff bigint;
	c loan.staff_change;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.enter_all(p_actor);
	c := loan.staff_change_get(head.branch, p);
	perform loan.refuse_maker(head.branch, p_actor, 'staff_change', c.change_id, array[c.proposed_by], 'change',
		format('change %s was proposed by the same person: another one has to approve it', c.change_id));
	perform loan.refuse_maker(head.branch, p_actor, 'staff_change', c.change_id,
		array[c.staff_id, (select s.staff_id from loan.staff s where s.name = c.parameters ->> 'to')], 'change',
		format('change %s is about the same person: another one has to approve it', c.change_id));
	v_staff := loan.staff_apply(head.branch, c.kind, c.staff_id, c.parameters, head.entry_id);
	update loan.staff_change t set staff_id = v_staff, state = 'applied', decided_by = p_actor, decided_entry = head.entry_id,
		note = p ->> 'note', finished_at = now()
	where t.change_id = c.change_id returning * into c;
	perform loan.audit_add(head.branch, head.entry_id, 'staff', c.staff_id::text, array[c.kind]);
	reply := loan.write_reply(p_actor, p_key, loan.staff_change_show(c)::text);
end $$;
comment on function api.staff_approve(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'staff.approve: another administrator than the proposer, whom it is not about (LN043); it happens at once';

do $do$
declare
	m record;
begin
	for m in values
		('reject', 'rejected', $$perform loan.refuse_maker(head.branch, p_actor, 'staff_change', c.change_id, array[c.proposed_by],
		'change', format('change %s was proposed by the same person: it can be withdrawn', c.change_id));$$,
			'staff.reject: another administrator than the proposer says no (LN043)'),
		('withdraw', 'withdrawn', $$if loan.holder_of(head.branch, 'staff_change', c.change_id, c.proposed_by) <> p_actor then
		raise exception 'change % was proposed by another person: it can be rejected', c.change_id
			using errcode = 'LN403', column = 'change';
	end if;$$,
			'staff.withdraw: the proposer, or who has their work, takes a change back') loop
		execute format($f$
create or replace function api.staff_%1$s(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	head record := loan.write_begin(p_actor, p_door, 'staff.%1$s', p_key, p_body_sha256, p_reply, p_business, p_reference);
	c loan.staff_change;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.enter_all(p_actor);
	c := loan.staff_change_get(head.branch, p);
	%3$s
	update loan.staff_change t set state = '%2$s', decided_by = p_actor, decided_entry = head.entry_id, note = p ->> 'note',
		finished_at = now()
	where t.change_id = c.change_id returning * into c;
	perform loan.audit_add(head.branch, head.entry_id, 'staff_change', c.change_id::text, '{%2$s}');
	reply := loan.write_reply(p_actor, p_key, loan.staff_change_show(c)::text);
end $$ $f$, m.column1, m.column2, m.column3);
		execute format('comment on function api.staff_%s(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is %L',
			m.column1, m.column4);
	end loop;
end $do$;

-- ---- reads ----

create or replace function api.staff_list(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_day date := coalesce((p ->> 'on')::date, loan.today());
begin
	return jsonb_build_object('on', v_day, 'staff', (
		select coalesce(jsonb_agg(loan.staff_row(s, v_day) order by s.name), '[]') from loan.staff s
		where s.branch = v_branch and (coalesce((p ->> 'all')::boolean, false)
				or (s.from_on <= v_day and (s.until_on is null or s.until_on > v_day)))
			and not exists (select from loan.staff_role r where r.staff_id = s.staff_id and r.role = 9)));
end $$;
comment on function api.staff_list(bigint, jsonb) is 'staff.list: who is there on a day, or all who ever were, with the role of that day';

create or replace function api.staff_show(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	s loan.staff := loan.staff_of(v_branch, 'staff', p ->> 'staff');
begin
	return loan.staff_row(s, loan.today()) || jsonb_build_object(
		'roles', (select coalesce(jsonb_agg(jsonb_build_object('from', r.from_on, 'role', c.word, 'area', r.area,
				'organisation', o.word, 'point', t.code, 'superseded', r.superseded_by is not null, 'recorded_at', r.recorded_at)
				order by r.from_on, r.row_id), '[]')
			from loan.staff_role r
			join loan.code c on c.kind = 'role' and c.code = r.role
			left join loan.organisation o on o.organisation = r.organisation
			left join loan.point t on t.branch = v_branch and t.point_id = r.point_id
			where r.staff_id = s.staff_id),
		'open', (select coalesce(jsonb_agg(jsonb_build_object('subject', w.subject, 'subject_id',
				case w.subject when 'application' then loan.application_title(w.subject_id) else w.subject_id::text end)
				order by w.subject, w.subject_id), '[]') from loan.staff_open(v_branch, s.staff_id) w),
		'changes', (select coalesce(jsonb_agg(loan.staff_change_show(c) order by c.change_id desc), '[]')
			from loan.staff_change c where c.branch = v_branch and c.staff_id = s.staff_id));
end $$;
comment on function api.staff_show(bigint, jsonb) is 'staff.show: all roles of somebody, open work, changes (LN404)';

create or replace function api.staff_changes(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return jsonb_build_object('changes', (select coalesce(jsonb_agg(x.row order by x.change_id desc), '[]') from (
		select c.change_id, loan.staff_change_show(c) as row from loan.staff_change c
		where c.branch = v_branch and (not p ? 'state' or c.state = p ->> 'state')
		order by c.change_id desc limit coalesce((p ->> 'limit')::integer, 100)) x));
end $$;
comment on function api.staff_changes(bigint, jsonb) is 'staff.changes: changes of staff, the newest first';

reset role;
