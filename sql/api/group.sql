-- Savings and credit groups: reading them, forming and leading them, who joins and leaves.
set role vonvay_owner;

create or replace function loan.group_leader_on(p_branch smallint, p_group bigint, p_day date) returns text language sql stable as $$
	select coalesce(
		(select l.name from loan.group_leader l
			where l.branch = p_branch and l.group_id = p_group and l.superseded_by is null and l.from_on <= p_day
			order by l.from_on desc limit 1),
		(select g.leader from loan.credit_group g where g.branch = p_branch and g.group_id = p_group))
$$;
comment on function loan.group_leader_on(smallint, bigint, date) is 'who leads a group on a day: the last change, else who was named when it was formed';

-- Locks the group, so that two that join at once are both counted.
create or replace function loan.group_lock(p_branch smallint, p_group bigint, p_on date, p_field text) returns loan.credit_group
language plpgsql as $$
declare
	v_group loan.credit_group;
begin
	select g.* into v_group from loan.credit_group g where g.branch = p_branch and g.group_id = p_group for no key update;
	if not found then
		raise exception 'no group %', lpad(p_group::text, 7, '0') using errcode = 'LN004', column = p_field;
	end if;
	if p_on < v_group.formed_on or p_on >= v_group.dissolved_on then
		raise exception 'group % is not there on %', lpad(p_group::text, 7, '0'), p_on using errcode = 'LN007', column = p_field;
	end if;
	return v_group;
end $$;
comment on function loan.group_lock(smallint, bigint, date, text) is
	'the group, locked; it must be there (LN004) on the day, neither before it was formed nor dissolved (LN007)';

create or replace function loan.group_check_day(p_business date, p_on date, p_field text) returns void language plpgsql as $$
begin
	if p_on > p_business then
		raise exception '% is after the business date %', p_field, p_business using errcode = 'LN007', column = p_field;
	end if;
end $$;
comment on function loan.group_check_day(date, date, text) is 'what happens to a group doesn''t lie after the business date (LN007)';

-- Everybody counts who is a member on the day or later: a back-dated joining must not overfill a later month.
create or replace function loan.group_count(p_branch smallint, p_group bigint, p_on date) returns integer language sql stable as $$
	select count(distinct m.household_id)::integer from loan.group_member m
	where m.branch = p_branch and m.group_id = p_group and (m.until_on is null or m.until_on > p_on)
$$;
comment on function loan.group_count(smallint, bigint, date) is 'members of a group on a day or later';

create or replace function loan.group_check_max(p_branch smallint, p_group bigint, p_on date, p_max integer, p_field text) returns integer
language plpgsql as $$
declare
	v_count integer := loan.group_count(p_branch, p_group, p_on);
begin
	if v_count > p_max then
		raise exception 'group % would have % members, at most % are allowed (group_members_max)',
			lpad(p_group::text, 7, '0'), v_count, p_max using errcode = 'LN016', column = p_field;
	end if;
	return v_count;
end $$;
comment on function loan.group_check_max(smallint, bigint, date, integer, text) is 'how many members a group has; more than the policy allows are refused (LN016)';

-- Households become members: each exists, lives here then and is in no group on the day or later.
create or replace function loan.group_enter(p_branch smallint, p_entry bigint, p_group bigint, p_households bigint[], p_on date,
	p_field text) returns void language plpgsql as $$
declare
	v_household bigint;
	v_other bigint;
begin
	select n.h into v_household from unnest(p_households) n (h)
	where not exists (select from loan.household x where x.branch = p_branch and x.household_id = n.h) limit 1;
	if found then
		raise exception 'no household %', lpad(v_household::text, 10, '0') using errcode = 'LN003', column = p_field;
	end if;
	select x.household_id into v_household from loan.household x
	where x.branch = p_branch and x.household_id = any (p_households) and (x.registered_on > p_on or x.left_on is not null) limit 1;
	if found then
		raise exception 'household % is not registered on %, or has left', lpad(v_household::text, 10, '0'), p_on
			using errcode = 'LN007', column = p_field;
	end if;
	select m.household_id, m.group_id into v_household, v_other from loan.group_member m
	where m.branch = p_branch and m.household_id = any (p_households) and (m.until_on is null or m.until_on > p_on) limit 1;
	if found then
		raise exception 'household % is a member of group % on % or later', lpad(v_household::text, 10, '0'),
			lpad(v_other::text, 7, '0'), p_on using errcode = 'LN014', column = p_field;
	end if;
	insert into loan.group_member (branch, group_id, household_id, from_on, entry_id)
	select p_branch, p_group, n.h, p_on, p_entry from unnest(p_households) n (h);
	perform loan.household_changed(p_branch, n.h, p_on) from unnest(p_households) n (h);
end $$;
comment on function loan.group_enter(smallint, bigint, bigint, bigint[], date, text) is
	'households join a group: known (LN003), registered (LN007), in no other group from that day on (LN014)';

create or replace function loan.group_exit(p_branch smallint, p_entry bigint, p_group bigint, p_households bigint[], p_on date,
	p_field text) returns void language plpgsql as $$
declare
	v_household bigint;
begin
	update loan.group_member m set until_on = p_on, ended_by = p_entry
	where m.branch = p_branch and m.group_id = p_group and m.household_id = any (p_households) and m.until_on is null
		and m.from_on < p_on;
	select n.h into v_household from unnest(p_households) n (h) where not exists (select from loan.group_member m
		where m.branch = p_branch and m.group_id = p_group and m.household_id = n.h and m.ended_by = p_entry) limit 1;
	if found then
		raise exception 'household % is no member of group % before %', lpad(v_household::text, 10, '0'),
			lpad(p_group::text, 7, '0'), p_on using errcode = 'LN404', column = p_field;
	end if;
	perform loan.household_changed(p_branch, n.h, p_on) from unnest(p_households) n (h);
end $$;
comment on function loan.group_exit(smallint, bigint, bigint, bigint[], date, text) is
	'memberships end: from that day on no members; each must have been one before it (LN404)';

create or replace function loan.group_new(p_branch smallint, p_entry bigint, p jsonb, p_on date, p_organisation smallint) returns void
language plpgsql as $$
declare
	v_point integer;
begin
	select t.point_id into v_point from loan.point t
	where t.branch = p_branch and t.code = p ->> 'point' and t.valid_from <= p_on and (t.valid_to is null or t.valid_to >= p_on);
	if not found then
		raise exception 'no transaction point % on %', p ->> 'point', p_on using errcode = 'LN404', column = 'point';
	end if;
	if not exists (select from loan.area a where a.branch = p_branch and a.code = p ->> 'area' and a.superseded_at is null
			and a.kind in ('commune', 'town') and a.valid_from <= p_on and (a.valid_to is null or a.valid_to >= p_on)) then
		raise exception 'no commune % on %', p ->> 'area', p_on using errcode = 'LN404', column = 'area';
	end if;
	insert into loan.credit_group (branch, group_id, name, search, organisation, area, hamlet, point_id, leader, formed_on, entry_id)
	values (p_branch, (p ->> 'group')::bigint, p ->> 'name', loan.searchable(p ->> 'name'), p_organisation, p ->> 'area',
		coalesce(p ->> 'hamlet', ''), v_point, p ->> 'leader', p_on, p_entry);
	insert into loan.group_leader (branch, group_id, from_on, name, household_id, entry_id)
	values (p_branch, (p ->> 'group')::bigint, p_on, p ->> 'leader', (p ->> 'leader_household')::bigint, p_entry);
exception when unique_violation then
	raise exception 'group % exists already', lpad(p ->> 'group', 7, '0') using errcode = 'LN014', column = 'group';
end $$;
comment on function loan.group_new(smallint, bigint, jsonb, date, smallint) is
	'a new group with its leader; point and commune must be there on the day (LN404), the number free (LN014)';

create or replace function loan.group_check_founders(p_households bigint[], p_leader bigint, p_min integer, p_max integer) returns void
language plpgsql as $$
begin
	if cardinality(p_households) not between p_min and p_max then
		raise exception 'a group is formed by % to % households, not % (group_members_min, group_members_max)', p_min, p_max,
			cardinality(p_households) using errcode = 'LN016', column = 'households';
	end if;
	if p_leader <> all (p_households) then
		raise exception 'household % of the leader is not among the members', lpad(p_leader::text, 10, '0')
			using errcode = 'LN422', column = 'leader_household';
	end if;
end $$;
comment on function loan.group_check_founders(bigint[], bigint, integer, integer) is
	'as many households as the policies ask for (LN016), that of the leader among them';

-- Groups are locked in order of their numbers: two that merge crosswise don't wait for each other.
create or replace function loan.group_lock_two(p_branch smallint, p_from bigint, p_to bigint, p_on date) returns void
language plpgsql as $$
begin
	if p_from = p_to then
		raise exception 'the group is the same' using errcode = 'LN422', column = 'to_group';
	end if;
	perform from loan.credit_group g where g.branch = p_branch and g.group_id in (p_from, p_to) order by g.group_id for no key update;
	perform loan.group_lock(p_branch, p_from, p_on, 'group'), loan.group_lock(p_branch, p_to, p_on, 'to_group');
end $$;
comment on function loan.group_lock_two(smallint, bigint, bigint, date) is 'both groups, locked; each must be there on the day';

-- The loans follow their borrowers: new places with the numbers C gave them, the facts that name them, and nothing left behind.
create or replace function loan.group_write_loans(p_branch smallint, p_entry bigint, p_business date, p_from bigint, p_to bigint,
	p_households bigint[], p_places jsonb, p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[],
	p_transitions bigint[], p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[])
returns void language plpgsql as $$
declare
	v_loan bigint;
begin
	begin
		insert into loan.place (branch, place_id, household_id, member_no, group_id, point_id, organisation, commune, entry_id)
		select p_branch, n.place, n.household, n.member, p_to, g.point_id, g.organisation, n.commune, p_entry
		from jsonb_to_recordset(p_places) n (place integer, household bigint, member smallint, commune text)
		join loan.credit_group g on g.branch = p_branch and g.group_id = p_to;
	exception when unique_violation then
		raise exception 'another has made a place meanwhile' using errcode = 'LN409';
	end;
	perform loan.refuse_stale(loan.write_batch(p_branch, p_entry, p_business, p_business, p_states, p_amounts, p_facts, p_openings,
		p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda));
	select s.loan_id into v_loan from loan.state s
	where s.branch = p_branch and s.group_id = p_from and s.status between 1 and 3
		and (p_households is null or s.household_id = any (p_households)) limit 1;
	if found then
		raise exception 'loan % has come to group % meanwhile', v_loan, lpad(p_from::text, 7, '0') using errcode = 'LN409';
	end if;
	select s.loan_id into v_loan from loan.state s
	where s.branch = p_branch and s.group_id = p_from and s.status = 0
		and (p_households is null or s.household_id = any (p_households)) limit 1;
	if found then
		raise exception 'contract % of group % is signed and not disbursed yet', v_loan, lpad(p_from::text, 7, '0')
			using errcode = 'LN017', column = 'households';
	end if;
end $$;
comment on function loan.group_write_loans(smallint, bigint, date, bigint, bigint, bigint[], jsonb, bigint[], bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]) is
	'loans of households (null: all of the group) move with them: LN409 when one was overlooked, LN017 when one is only signed';

create or replace function loan.group_ids(p jsonb) returns bigint[] language sql immutable as $$
	select coalesce(array_agg(h::bigint order by i), '{}') from jsonb_array_elements_text(p) with ordinality n (h, i)
$$;
comment on function loan.group_ids(jsonb) is 'numbers of a JSON array of strings of digits';

-- As its last move up to the day has it, else as its contract.
create or replace function loan.stood_on(p_branch smallint, p_loan bigint, p_on date, out household_id bigint, out group_id bigint)
language sql stable as $$
	select coalesce(m.household_id, c.household_id), case when m.household_id is null then c.group_id else m.group_id end
	from loan.contract c
	left join lateral (
		select p.household_id, p.group_id
		from loan.fact f join loan.place p on p.branch = p_branch and p.place_id = f.number
		where f.branch = p_branch and f.loan_id = p_loan and f.kind = 16 and f.effective_on <= p_on and not exists (
			select from loan.fact r where r.branch = p_branch and r.loan_id = p_loan and r.reverses = f.no)
		order by f.effective_on desc, f.no desc limit 1) m on true
	where c.branch = p_branch and c.loan_id = p_loan
$$;
comment on function loan.stood_on(smallint, bigint, date) is 'whose a loan was on a day, and in which group it stood; no group: served directly';

create or replace function loan.group_loans_on(p_branch smallint, p_group bigint, p_on date)
returns table (loan_id bigint, household_id bigint) language sql stable as $$
	with concerned as (
		select s.loan_id from loan.state s where s.branch = p_branch and s.group_id = p_group
		union
		select c.loan_id from loan.contract c
		join loan.state s on s.branch = p_branch and s.loan_id = c.loan_id and s.place <> 0
		where c.branch = p_branch and c.group_id = p_group
		union
		select f.loan_id from loan.place p
		join loan.fact f on f.branch = p_branch and f.kind = 16 and f.number = p.place_id
		where p.branch = p_branch and p.group_id = p_group
	)
	select s.loan_id, t.household_id from concerned n
	join loan.state s on s.branch = p_branch and s.loan_id = n.loan_id
	join loan.contract c on c.branch = p_branch and c.loan_id = n.loan_id
	cross join lateral loan.stood_on(p_branch, n.loan_id, p_on) t
	where c.contract_on <= p_on and (s.status between 1 and 3 or (s.status = 4 and s.last_on > p_on)) and t.group_id = p_group
$$;
comment on function loan.group_loans_on(smallint, bigint, date) is
	'the loans that stood in a group on a day, and whose they were then; open ones, and those closed only after it';

-- A loan that is open or signed, in this group; a deposit, wherever the household is.
create or replace function loan.group_check_owes(p_branch smallint, p_group bigint, p_households bigint[], p_field text) returns void
language plpgsql as $$
declare
	v_loan bigint;
	v_household bigint;
begin
	select s.loan_id into v_loan from loan.state s
	where s.branch = p_branch and s.group_id = p_group and s.status <> 4
		and (p_households is null or s.household_id = any (p_households)) limit 1;
	if found then
		raise exception 'loan % of group % is open', v_loan, lpad(p_group::text, 7, '0') using errcode = 'LN017', column = p_field;
	end if;
	select d.household_id into v_household from loan.deposit d
	where d.branch = p_branch and d.household_id = any (p_households) and d.balance > 0 limit 1;
	if found then
		raise exception 'household % has a deposit', lpad(v_household::text, 10, '0') using errcode = 'LN017', column = p_field;
	end if;
end $$;
comment on function loan.group_check_owes(smallint, bigint, bigint[], text) is
	'none of the households (null: nobody) has an open loan in the group, or a deposit (LN017)';

create or replace function loan.group_end(p_branch smallint, p_entry bigint, p_group bigint, p_on date, p_kind text, p_other bigint,
	p_decision text) returns void language plpgsql as $$
begin
	perform loan.group_check_owes(p_branch, p_group, null, 'group');
	update loan.credit_group g set dissolved_on = p_on where g.branch = p_branch and g.group_id = p_group;
	insert into loan.group_event (branch, entry_id, group_id, kind, on_day, other_group, decision)
	values (p_branch, p_entry, p_group, p_kind, p_on, p_other, p_decision);
	perform loan.audit_add(p_branch, p_entry, 'group', p_group::text, '{dissolved_on}');
end $$;
comment on function loan.group_end(smallint, bigint, bigint, date, text, bigint, text) is 'a group without open loans ends, with why (LN017)';

reset role;
set role vonvay_api;

create or replace function api.group_read(p_actor bigint, p_group bigint, p_as_of date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_day date := coalesce(p_as_of, (select b.business_date from loan.business b where b.branch = v_branch));
	v_data jsonb;
begin
	select jsonb_build_object('group', g.group_id, 'name', g.name, 'organisation', g.organisation, 'area', g.area,
		'hamlet', g.hamlet, 'point_id', g.point_id, 'leader', loan.group_leader_on(v_branch, p_group, v_day),
		'formed_on', g.formed_on, 'dissolved_on', g.dissolved_on,
		'members', (select coalesce(jsonb_agg(jsonb_build_object('household', h.household_id, 'name', h.name, 'from', m.from_on)
				order by h.search, h.household_id), '[]')
			from loan.group_member m join loan.household h on h.branch = v_branch and h.household_id = m.household_id
			where m.branch = v_branch and m.group_id = p_group and m.from_on <= v_day
				and (m.until_on is null or m.until_on > v_day)))
	into v_data
	from loan.credit_group g where g.branch = v_branch and g.group_id = p_group;
	if not found then
		raise exception 'no group %', lpad(p_group::text, 7, '0') using errcode = 'LN004', column = 'group';
	end if;
	return v_data;
end $$;
comment on function api.group_read(bigint, bigint, date) is 'a group with its leader and members of a day (null: the business date) (LN004)';

create or replace function api.group_loans(p_actor bigint, p_group bigint, p_as_of date) returns setof bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_day date := coalesce(p_as_of, (select b.business_date from loan.business b where b.branch = v_branch));
begin
	return query select l.loan_id from loan.group_loans_on(v_branch, p_group, v_day) l order by 1;
end $$;
comment on function api.group_loans(bigint, bigint, date) is
	'numbers of the loans that stood in a group on a day and were open, or were closed only after it';

create or replace function api.group_history(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_group bigint := (p ->> 'group')::bigint;
	v_data jsonb;
begin
	select jsonb_build_object('group', lpad(v_group::text, 7, '0'), 'name', g.name, 'formed_on', g.formed_on,
		'dissolved_on', g.dissolved_on,
		'leaders', (select coalesce(jsonb_agg(to_jsonb(l) order by l.from_on), '[]') from (
			select g.formed_on as from_on, g.leader as name, null::text as household, '' as reason
			where not exists (select from loan.group_leader x where x.branch = v_branch and x.group_id = v_group
				and x.superseded_by is null and x.from_on = g.formed_on)
			union all
			select x.from_on, x.name, lpad(x.household_id::text, 10, '0'), x.reason from loan.group_leader x
			where x.branch = v_branch and x.group_id = v_group and x.superseded_by is null) l),
		'events', (select coalesce(jsonb_agg(jsonb_build_object('on', e.on_day, 'kind', e.kind,
				'other_group', lpad(e.other_group::text, 7, '0'), 'decision', e.decision) order by e.on_day, e.entry_id), '[]')
			from loan.group_event e where e.branch = v_branch and e.group_id = v_group),
		'members', (select coalesce(jsonb_agg(jsonb_build_object('household', lpad(h.household_id::text, 10, '0'), 'name', h.name,
				'from', m.from_on, 'until', m.until_on) order by m.from_on, h.search, h.household_id), '[]')
			from loan.group_member m join loan.household h on h.branch = v_branch and h.household_id = m.household_id
			where m.branch = v_branch and m.group_id = v_group))
	into v_data
	from loan.credit_group g where g.branch = v_branch and g.group_id = v_group;
	if not found then
		raise exception 'no group %', lpad(v_group::text, 7, '0') using errcode = 'LN004', column = 'group';
	end if;
	return v_data;
end $$;
comment on function api.group_history(bigint, jsonb) is 'the leaders, events and memberships of a group from the beginning (LN004)';

create or replace function api.group_form(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, p_min integer, p_max integer, p_organisation smallint, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'group.form', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_group bigint := (p ->> 'group')::bigint;
	v_on date := coalesce((p ->> 'formed_on')::date, p_business);
	v_households bigint[] := loan.group_ids(p -> 'households');
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.group_check_day(p_business, v_on, 'formed_on'),
		loan.group_check_founders(v_households, (p ->> 'leader_household')::bigint, p_min, p_max),
		loan.group_new(head.branch, entry_id, p, v_on, p_organisation),
		loan.group_enter(head.branch, entry_id, v_group, v_households, v_on, 'households');
	insert into loan.group_event (branch, entry_id, group_id, kind, on_day, decision)
	values (head.branch, entry_id, v_group, 'formed', v_on, p ->> 'decision');
	perform loan.audit_add(head.branch, entry_id, 'group', v_group::text, '{name,organisation,area,hamlet,point,leader,formed_on,households}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('group', lpad(v_group::text, 7, '0'), 'name', p ->> 'name',
		'formed_on', v_on, 'leader', p ->> 'leader', 'members', cardinality(v_households))::text);
end $$;
comment on function api.group_form(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, integer, integer, smallint) is
	'group.form: a group of as many households as the policies ask for';

create or replace function api.group_lead(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'group.lead', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_group bigint := (p ->> 'group')::bigint;
	v_household bigint := (p ->> 'household')::bigint;
	v_on date := coalesce((p ->> 'from_on')::date, p_business);
	v_before text;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.group_check_day(p_business, v_on, 'from_on'), loan.group_lock(head.branch, v_group, v_on, 'group');
	if v_household is not null and not exists (select from loan.group_member m where m.branch = head.branch and m.group_id = v_group
			and m.household_id = v_household and m.from_on <= v_on and (m.until_on is null or m.until_on > v_on)) then
		raise exception 'household % is no member of group % on %', lpad(v_household::text, 10, '0'), lpad(v_group::text, 7, '0'), v_on
			using errcode = 'LN404', column = 'household';
	end if;
	v_before := loan.group_leader_on(head.branch, v_group, v_on);
	update loan.group_leader l set superseded_by = head.entry_id
	where l.branch = head.branch and l.group_id = v_group and l.from_on = v_on and l.superseded_by is null;
	insert into loan.group_leader (branch, group_id, from_on, name, household_id, reason, entry_id)
	values (head.branch, v_group, v_on, p ->> 'leader', v_household, p ->> 'reason', entry_id);
	perform loan.audit_add(head.branch, entry_id, 'group', v_group::text, '{leader}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('group', lpad(v_group::text, 7, '0'), 'from_on', v_on,
		'leader', p ->> 'leader', 'before', v_before)::text);
end $$;
comment on function api.group_lead(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'group.lead: another leader from a day on; one named for the same day before is superseded';

create or replace function api.group_join(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, p_max integer, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'group.join', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_group bigint := (p ->> 'group')::bigint;
	v_household bigint := (p ->> 'household')::bigint;
	v_on date := coalesce((p ->> 'joined_on')::date, p_business);
	v_members integer;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.group_check_day(p_business, v_on, 'joined_on'), loan.group_lock(head.branch, v_group, v_on, 'group'),
		loan.group_enter(head.branch, entry_id, v_group, array[v_household], v_on, 'household');
	v_members := loan.group_check_max(head.branch, v_group, v_on, p_max, 'group');
	perform loan.audit_add(head.branch, entry_id, 'household', v_household::text, '{group}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('group', lpad(v_group::text, 7, '0'),
		'household', lpad(v_household::text, 10, '0'), 'joined_on', v_on, 'members', v_members)::text);
end $$;
comment on function api.group_join(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, integer) is
	'group.join: a household becomes a member, up to the number the policy allows (LN016)';

create or replace function api.group_leave(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, p_min integer, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'group.leave', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_group bigint := (p ->> 'group')::bigint;
	v_household bigint := (p ->> 'household')::bigint;
	v_on date := coalesce((p ->> 'left_on')::date, p_business);
	v_members integer;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.group_check_day(p_business, v_on, 'left_on'), loan.group_lock(head.branch, v_group, v_on, 'group'),
		loan.group_check_owes(head.branch, v_group, array[v_household], 'household'),
		loan.group_exit(head.branch, entry_id, v_group, array[v_household], v_on, 'household');
	v_members := loan.group_count(head.branch, v_group, v_on);
	perform loan.audit_add(head.branch, entry_id, 'household', v_household::text, '{group}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('group', lpad(v_group::text, 7, '0'),
		'household', lpad(v_household::text, 10, '0'), 'left_on', v_on, 'reason', p ->> 'reason', 'members', v_members,
		'too_few', v_members < p_min)::text);
end $$;
comment on function api.group_leave(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, integer) is
	'group.leave: a member without loan and deposit leaves (LN017); the reply tells when too few are left';

create or replace function api.group_dissolve(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'group.dissolve', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_group bigint := (p ->> 'group')::bigint;
	v_on date := coalesce((p ->> 'dissolved_on')::date, p_business);
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.group_check_day(p_business, v_on, 'dissolved_on'), loan.group_lock(head.branch, v_group, v_on, 'group');
	if loan.group_count(head.branch, v_group, v_on) > 0 then
		raise exception 'group % has % members on % or later', lpad(v_group::text, 7, '0'),
			loan.group_count(head.branch, v_group, v_on), v_on using errcode = 'LN017', column = 'group';
	end if;
	perform loan.group_end(head.branch, entry_id, v_group, v_on, 'dissolved', null, p ->> 'decision');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('group', lpad(v_group::text, 7, '0'), 'dissolved_on', v_on)::text);
end $$;
comment on function api.group_dissolve(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'group.dissolve: only without members and open loans (LN017)';

create or replace function api.group_move_read(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_group bigint := (p ->> 'group')::bigint;
	v_to bigint := (p ->> 'to_group')::bigint;
	v_households bigint[] := case when p ? 'households' then loan.group_ids(p -> 'households') end;
	v_there record;
begin
	if not exists (select from loan.credit_group g where g.branch = v_branch and g.group_id = v_group) then
		raise exception 'no group %', lpad(v_group::text, 7, '0') using errcode = 'LN004', column = 'group';
	end if;
	select g.point_id, g.organisation into v_there from loan.credit_group g where g.branch = v_branch and g.group_id = v_to;
	if v_to is not null and not found then
		raise exception 'no group %', lpad(v_to::text, 7, '0') using errcode = 'LN004', column = 'to_group';
	end if;
	return jsonb_build_object('point_id', v_there.point_id, 'organisation', v_there.organisation,
		'next_place', (select coalesce(max(l.place_id), 0) + 1 from loan.place l where l.branch = v_branch),
		'loans', (select coalesce(jsonb_agg(jsonb_build_object('loan', s.loan_id, 'household', s.household_id, 'member', s.member_no,
				'place', coalesce(l.place_id, 0)) order by s.loan_id), '[]')
			from loan.state s
			left join loan.place l on l.branch = v_branch and l.household_id = s.household_id and l.member_no = s.member_no
				and l.group_id = v_to and l.point_id = v_there.point_id and l.organisation = v_there.organisation
				and l.commune = s.commune
			where s.branch = v_branch and s.group_id = v_group and s.status between 1 and 3
				and (v_households is null or s.household_id = any (v_households))));
end $$;
comment on function api.group_move_read(bigint, jsonb) is
	'the loans that follow households (none named: all of the group) into another group, with the places that are known (LN004)';

create or replace function api.group_move(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[], p jsonb,
	p_min integer, p_max integer, p_organisation smallint, p_places jsonb,
	out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'group.move', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_group bigint := (p ->> 'group')::bigint;
	v_to bigint := (p ->> 'to_group')::bigint;
	v_on date := coalesce((p ->> 'moved_on')::date, p_business);
	v_households bigint[] := loan.group_ids(p -> 'households');
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.group_check_day(p_business, v_on, 'moved_on'), loan.group_lock_two(head.branch, v_group, v_to, v_on),
		loan.group_exit(head.branch, entry_id, v_group, v_households, v_on, 'households'),
		loan.group_enter(head.branch, entry_id, v_to, v_households, v_on, 'households'),
		loan.group_check_max(head.branch, v_to, v_on, p_max, 'to_group'),
		loan.group_write_loans(head.branch, entry_id, p_business, v_group, v_to, v_households, p_places, p_states, p_amounts, p_facts,
			p_openings, p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda);
	perform loan.audit_add(head.branch, entry_id, 'group', v_to::text, '{households}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('group', lpad(v_group::text, 7, '0'), 'to', lpad(v_to::text, 7, '0'),
		'moved_on', v_on, 'households', cardinality(v_households), 'loans', coalesce(array_length(p_states, 1), 0),
		'reason', p ->> 'reason', 'members', loan.group_count(head.branch, v_group, v_on),
		'members_there', loan.group_count(head.branch, v_to, v_on),
		'too_few', loan.group_count(head.branch, v_group, v_on) < p_min)::text);
end $$;
comment on function api.group_move(bigint, smallint, uuid, bytea, text, date, bigint, bigint[], bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], jsonb, integer, integer, smallint, jsonb) is
	'group.move: households with their loans go to another group from a day on';

create or replace function api.group_merge(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[], p jsonb,
	p_min integer, p_max integer, p_organisation smallint, p_places jsonb,
	out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'group.merge', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_group bigint := (p ->> 'group')::bigint;
	v_to bigint := (p ->> 'to_group')::bigint;
	v_on date := coalesce((p ->> 'merged_on')::date, p_business);
	v_households bigint[];
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.group_check_day(p_business, v_on, 'merged_on'), loan.group_lock_two(head.branch, v_group, v_to, v_on);
	v_households := array(select m.household_id from loan.group_member m
		where m.branch = head.branch and m.group_id = v_group and m.until_on is null order by 1);
	perform loan.group_exit(head.branch, entry_id, v_group, v_households, v_on, 'group'),
		loan.group_enter(head.branch, entry_id, v_to, v_households, v_on, 'group'),
		loan.group_check_max(head.branch, v_to, v_on, p_max, 'to_group'),
		loan.group_write_loans(head.branch, entry_id, p_business, v_group, v_to, null, p_places, p_states, p_amounts, p_facts, p_openings,
			p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda),
		loan.group_end(head.branch, entry_id, v_group, v_on, 'merged', v_to, p ->> 'decision');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('group', lpad(v_group::text, 7, '0'), 'to', lpad(v_to::text, 7, '0'),
		'merged_on', v_on, 'households', cardinality(v_households), 'loans', coalesce(array_length(p_states, 1), 0),
		'members_there', loan.group_count(head.branch, v_to, v_on))::text);
end $$;
comment on function api.group_merge(bigint, smallint, uuid, bytea, text, date, bigint, bigint[], bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], jsonb, integer, integer, smallint, jsonb) is
	'group.merge: all members and loans of a group go to another one, and it ends';

create or replace function api.group_split(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[], p jsonb,
	p_min integer, p_max integer, p_organisation smallint, p_places jsonb,
	out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'group.split', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_group bigint := (p ->> 'group')::bigint;
	v_new bigint := (p ->> 'new_group')::bigint;
	v_on date := coalesce((p ->> 'split_on')::date, p_business);
	v_households bigint[] := loan.group_ids(p -> 'households');
	v_left integer;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.group_check_day(p_business, v_on, 'split_on'), loan.group_lock(head.branch, v_group, v_on, 'group'),
		loan.group_check_founders(v_households, (p ->> 'leader_household')::bigint, p_min, p_max),
		loan.group_new(head.branch, entry_id, p || jsonb_build_object('group', p ->> 'new_group'), v_on, p_organisation),
		loan.group_exit(head.branch, entry_id, v_group, v_households, v_on, 'households'),
		loan.group_enter(head.branch, entry_id, v_new, v_households, v_on, 'households');
	v_left := loan.group_count(head.branch, v_group, v_on);
	if v_left < p_min then
		raise exception 'group % would be left with % members, at least % are needed (group_members_min)',
			lpad(v_group::text, 7, '0'), v_left, p_min using errcode = 'LN016', column = 'households';
	end if;
	perform loan.group_write_loans(head.branch, entry_id, p_business, v_group, v_new, v_households, p_places, p_states, p_amounts, p_facts,
		p_openings, p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda);
	insert into loan.group_event (branch, entry_id, group_id, kind, on_day, other_group, decision)
	values (head.branch, entry_id, v_new, 'split', v_on, v_group, p ->> 'decision');
	perform loan.audit_add(head.branch, entry_id, 'group', v_new::text, '{name,organisation,area,hamlet,point,leader,formed_on,households}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('group', lpad(v_group::text, 7, '0'), 'to', lpad(v_new::text, 7, '0'),
		'split_on', v_on, 'households', cardinality(v_households), 'loans', coalesce(array_length(p_states, 1), 0), 'members', v_left,
		'members_there', cardinality(v_households))::text);
end $$;
comment on function api.group_split(bigint, smallint, uuid, bytea, text, date, bigint, bigint[], bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], jsonb, integer, integer, smallint, jsonb) is
	'group.split: some members of a group found another one and take their loans with them';

reset role;
