-- The households of a night. Something changed for them by itself or by somebody: C compares the household as it was known
-- the night before with what is known now, each as of its day, and only what differs is stored.
set role vonvay_owner;

create or replace function loan.entries_before(p_branch smallint, p_before date) returns bigint language sql stable as $$
	select coalesce((select e.entry_id from loan.entry e where e.branch = p_branch and e.business_date < p_before
		order by e.entry_id desc limit 1), 0)
$$;
comment on function loan.entries_before(smallint, date) is
	'the last write of the business dates before a day; entries follow the business date, for the night locks its row';

-- Short enough to become part of the query that asks.
create or replace function loan.known(p_entry bigint, p_upto bigint) returns boolean language sql immutable parallel safe
return p_entry is not null and (p_upto is null or p_entry <= p_upto);
comment on function loan.known(bigint, bigint) is 'was a write made, and not after the one given (null: made at all)?';

-- In the form of api.household_read, as far as rules of eligibility ask; one query for all of them, for beginning one takes
-- longer than what it finds of a household.
create or replace function loan.households_known(p_branch smallint, p_households bigint[], p_upto bigint)
returns table (household_id bigint, data jsonb) language sql stable as $$
	select h.household_id, jsonb_build_object('household', h.household_id, 'registered_on', h.registered_on, 'left_on', h.left_on,
		'residence', (select coalesce(jsonb_agg(jsonb_build_object('from', r.from_on, 'area', r.area) order by r.from_on), '[]')
			from loan.household_residence r
			where r.branch = p_branch and r.household_id = h.household_id and loan.known(r.entry_id, p_upto)
				and not loan.known(r.superseded_by, p_upto)),
		'members', (select coalesce(jsonb_agg(jsonb_build_object('no', m.member_no, 'born_on', m.born_on, 'from', m.from_on,
				'until', m.until_on) order by m.member_no), '[]')
			from (
				select m.member_no, m.born_on, m.from_on, m.until_on from loan.household_member m
				where m.branch = p_branch and m.household_id = h.household_id and loan.known(m.entry_id, p_upto)
				union all
				select m.member_no, m.born_on, m.from_on, m.until_on from loan.household_member_past m
				where m.branch = p_branch and m.household_id = h.household_id and loan.known(m.entry_id, p_upto)
					and not loan.known(m.superseded_by, p_upto)) m),
		'classes', (select coalesce(jsonb_agg(jsonb_build_object('from', k.from_on, 'class', k.class) order by k.from_on), '[]')
			from loan.household_class k
			where k.branch = p_branch and k.household_id = h.household_id and loan.known(k.entry_id, p_upto)
				and not loan.known(k.superseded_by, p_upto)),
		'attributes', (select coalesce(jsonb_agg(jsonb_build_object('from', a.from_on, 'bits', a.attributes) order by a.from_on), '[]')
			from loan.household_attribute a
			where a.branch = p_branch and a.household_id = h.household_id and loan.known(a.entry_id, p_upto)
				and not loan.known(a.superseded_by, p_upto)),
		'groups', (select coalesce(jsonb_agg(jsonb_build_object('group', m.group_id, 'from', m.from_on,
				'until', case when m.ended_by is null or loan.known(m.ended_by, p_upto) then m.until_on end)
				order by m.from_on), '[]')
			from loan.group_member m
			where m.branch = p_branch and m.household_id = h.household_id and loan.known(m.entry_id, p_upto)))
	from unnest(p_households) n join loan.household h on h.branch = p_branch and h.household_id = n
$$;
comment on function loan.households_known(smallint, bigint[], bigint) is 'households as they were known up to a write (null: now)';

-- One that waits for a confirmation already is not marked twice; nor on the day of a mark, should the night begin again.
create or replace function loan.sweep_rechecks(p_branch smallint, p_day date, p_rows jsonb)
returns table (application_id bigint, household_id bigint, reasons text[]) language sql stable as $$
	select a.application, n.household, a.reasons
	from jsonb_to_recordset(p_rows) n (household bigint, applications jsonb),
		jsonb_to_recordset(n.applications) a (application bigint, reasons text[])
	where not exists (select from loan.application_recheck r
		where r.branch = p_branch and r.application_id = a.application and (r.confirmed_by is null or r.on_day = p_day))
$$;
comment on function loan.sweep_rechecks(smallint, date, jsonb) is 'the applications of the rows of a night that are not marked yet';

reset role;
set role vonvay_api;

-- p_programmes: those that began or ceased to lend with this day, whose opened applications are looked at again; p_areas: units
-- that became more or less difficult, whose households are.
create or replace function api.sweep_households_due(p_actor bigint, p_day date, p_programmes text[], p_areas text[], p_after bigint,
	p_limit integer)
returns table (household_id bigint, reason text, before jsonb, now jsonb, loan_programmes text, loan_purposes text,
	loan_balances bigint[], loan_overdue bigint[], applications jsonb)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_swept date := (select b.swept_until from loan.business b where b.branch = v_branch);
	v_night_before bigint := loan.entries_before(v_branch, p_day - 1);
	v_now bigint := loan.entries_before(v_branch, p_day);
	v_households bigint[];
	v_reasons text[];
begin
	select array_agg(due.household_id order by due.household_id), array_agg(due.reason order by due.household_id)
	into v_households, v_reasons
	from (
		select x.household_id, (array_agg(x.reason order by x.reason <> 'changed', x.reason))[1] as reason
		from (
			select h.household_id, h.reason from loan.household_agenda h
			where h.branch = v_branch and h.on_day > v_swept and h.on_day <= p_day and h.household_id > p_after
			union all
			select r.household_id, 'area' from loan.household_residence r
			where r.branch = v_branch and r.area = any (p_areas) and r.household_id > p_after and r.superseded_by is null
			union all
			select a.household_id, 'programme' from loan.application a
			join loan.application_state s on s.branch = v_branch and s.application_id = a.application_id and s.state between 1 and 4
			where a.branch = v_branch and a.programme = any (p_programmes) and a.household_id > p_after
		) x
		group by x.household_id order by x.household_id limit p_limit
	) due;
	return query
	select d.household_id, d.reason, b.data, w.data, coalesce(l.programmes, ''), coalesce(l.purposes, ''),
		coalesce(l.balances, '{}'), coalesce(l.overdue, '{}'),
		(select coalesce(jsonb_agg(jsonb_build_object('application', a.application_id, 'programme', a.programme,
				'purpose', a.purpose, 'units', a.units) order by a.application_id), '[]')
			from loan.application a
			join loan.application_state s on s.branch = v_branch and s.application_id = a.application_id and s.state between 1 and 4
			where a.branch = v_branch and a.household_id = d.household_id)
	from unnest(v_households, v_reasons) d (household_id, reason)
	join loan.households_known(v_branch, v_households, v_night_before) b on b.household_id = d.household_id
	join loan.households_known(v_branch, v_households, v_now) w on w.household_id = d.household_id
	left join lateral (
		select string_agg(c.programme, '|' order by c.loan_id) as programmes,
			string_agg(c.purpose, '|' order by c.loan_id) as purposes,
			array_agg(s.in_term + s.overdue + s.frozen order by c.loan_id) as balances,
			array_agg(s.overdue::bigint order by c.loan_id) as overdue
		from loan.state s join loan.contract c on c.branch = v_branch and c.loan_id = s.loan_id
		where s.branch = v_branch and s.household_id = d.household_id and s.status between 1 and 3) l on true
	order by d.household_id;
end $$;
comment on function api.sweep_households_due(bigint, date, text[], text[], bigint, integer) is
	'households whose eligibility may have changed by a day, as they were known the night before and are now';

create or replace function api.sweep_areas_known(p_actor bigint, p_day date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_night_before bigint := loan.entries_before(v_branch, p_day - 1);
begin
	if exists (select from loan.change c where c.branch = v_branch and c.kind in ('area_new', 'area_end', 'area_difficulty')
			and c.applied_entry > v_night_before) then
		return jsonb_build_object('areas', loan.reference_areas(v_branch, v_night_before));
	end if;
	return null;
end $$;
comment on function api.sweep_areas_known(bigint, date) is
	'administrative units as they were known the night before; null when they are the same now';

create or replace function api.sweep_households(p_actor bigint, p_fencing bigint, p_day date, p_rows jsonb) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.sweep_enter(p_actor, p_fencing);
	v_entry bigint;
begin
	insert into loan.household_agenda (branch, on_day, household_id, reason)
	select v_branch, n.next_on, n.household, n.next_reason
	from jsonb_to_recordset(p_rows) n (household bigint, next_on date, next_reason text)
	where n.next_on > p_day and not exists (select from loan.household_agenda a
		where a.branch = v_branch and a.household_id = n.household and a.on_day = n.next_on)
	on conflict do nothing;
	if not exists (
		select from jsonb_to_recordset(p_rows) n (household bigint, reason text) where n.reason is not null and not exists (
			select from loan.eligibility_change e where e.branch = v_branch and e.household_id = n.household
				and e.effective_on = p_day and e.reason = n.reason)
		union all
		select from loan.sweep_rechecks(v_branch, p_day, p_rows)) then
		return 0;
	end if;
	v_entry := loan.entry_make(v_branch, p_actor, 2::smallint, 'sweep.households',
		(select b.business_date from loan.business b where b.branch = v_branch for share));
	insert into loan.eligibility_change (branch, household_id, effective_on, reason, lost, gained, reasons, entry_id)
	select v_branch, n.household, p_day, n.reason, n.lost, n.gained, n.reasons, v_entry
	from jsonb_to_recordset(p_rows) n (household bigint, reason text, lost text[], gained text[], reasons jsonb)
	where n.reason is not null
	on conflict do nothing;
	insert into loan.application_recheck (branch, application_id, household_id, on_day, reasons, entry_id)
	select v_branch, r.application_id, r.household_id, p_day, r.reasons, v_entry from loan.sweep_rechecks(v_branch, p_day, p_rows) r
	on conflict do nothing;
	return v_entry;
end $$;
comment on function api.sweep_households(bigint, bigint, date, jsonb) is
	'changes of eligibility a night found, each once, opened applications to be confirmed again, and the next day on which the household may change by itself; 0: neither change nor application';

create or replace function api.sweep_programmes_known(p_actor bigint) returns table (programme text, purpose text, open boolean)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select distinct on (c.programme, c.purpose) c.programme, c.purpose, c.open from loan.programme_change c
	where c.branch = v_branch order by c.programme, c.purpose, c.row_id desc;
end $$;
comment on function api.sweep_programmes_known(bigint) is 'what the nights said last about programmes that began or ceased to lend';

create or replace function api.sweep_programmes(p_actor bigint, p_fencing bigint, p_day date, p_rows jsonb) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.sweep_enter(p_actor, p_fencing);
	v_entry bigint;
begin
	v_entry := loan.entry_make(v_branch, p_actor, 2::smallint, 'sweep.programmes',
		(select b.business_date from loan.business b where b.branch = v_branch for share));
	insert into loan.programme_change (branch, programme, purpose, effective_on, open, first, reasons, entry_id)
	select v_branch, n.programme, n.purpose, p_day, n.open, n.first, n.reasons, v_entry
	from jsonb_to_recordset(p_rows) n (programme text, purpose text, open boolean, first boolean, reasons text[])
	on conflict do nothing;
	return v_entry;
end $$;
comment on function api.sweep_programmes(bigint, bigint, date, jsonb) is 'programmes that a night found to lend from its day on, or no longer';

reset role;
