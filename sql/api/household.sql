-- Reading households: who they are, where they live, what they were classed as; never personal data in clear.
set role vonvay_owner;

create or replace function loan.household_class_on(p_branch smallint, p_household bigint, p_day date) returns smallint
language sql stable as $$
	select k.class from loan.household_class k
	where k.branch = p_branch and k.household_id = p_household and k.superseded_by is null and k.from_on <= p_day
	order by k.from_on desc limit 1
$$;
comment on function loan.household_class_on(smallint, bigint, date) is 'class in the last decision on or before a day, null before the first';

create or replace function loan.household_changed(p_branch smallint, p_household bigint, p_on date) returns void language sql as $$
	insert into loan.household_agenda as a (branch, on_day, household_id, reason, since)
	select p_branch, b.business_date + 1, p_household, 'changed', p_on from loan.business b where b.branch = p_branch
	on conflict (branch, on_day, household_id, reason) do update set since = least(a.since, excluded.since)
$$;
comment on function loan.household_changed(smallint, bigint, date) is
	'what the eligibility of a household rests on changed from a day on: the next night looks at it, once';

reset role;
set role vonvay_api;

create or replace function api.household_find(p_actor bigint, p_text text, p_household bigint, p_citizen_hashes bytea[],
	p_group bigint, p_limit integer)
returns table (household_id bigint, name text, area text, hamlet text, class smallint, group_id bigint, loans bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
	v_patterns text[] := loan.search_patterns(p_text);
	v_today date := (select b.business_date from loan.business b where b.branch = v_branch);
begin
	return query
	with found as (
		select h.household_id, h.name, h.search from loan.household h
		where h.branch = v_branch
			and (p_household is null or h.household_id = p_household)
			and (p_text is null or h.search like all (v_patterns) or h.household_id in (
				select m.household_id from loan.household_member m
				where m.branch = v_branch and m.search like all (v_patterns)))
			and (p_citizen_hashes is null or h.household_id in (
				select p.household_id from loan.personal p
				where p.branch = v_branch and p.field = 1 and p.hash = any (p_citizen_hashes)))
			and (p_group is null or h.household_id in (
				select m.household_id from loan.group_member m
				where m.branch = v_branch and m.group_id = p_group and m.from_on <= v_today
					and (m.until_on is null or m.until_on > v_today)))
		order by h.search, h.household_id limit p_limit
	)
	select f.household_id, f.name, coalesce(u.unit, ''), coalesce(r.hamlet, ''),
		coalesce(loan.household_class_on(v_branch, f.household_id, v_today), 0::smallint), coalesce(g.group_id, 0),
		(select count(*) from loan.state s
			where s.branch = v_branch and s.household_id = f.household_id and s.status between 1 and 3)
	from found f
	left join lateral (select x.area, x.hamlet from loan.household_residence x
		where x.branch = v_branch and x.household_id = f.household_id and x.superseded_by is null and x.from_on <= v_today
		order by x.from_on desc limit 1) r on true
	left join loan.units_on(v_branch, v_today) u on u.code = r.area
	left join lateral (select m.group_id from loan.group_member m
		where m.branch = v_branch and m.household_id = f.household_id and m.from_on <= v_today
			and (m.until_on is null or m.until_on > v_today) order by m.from_on desc limit 1) g on true
	order by f.search, f.household_id;
end $$;
comment on function api.household_find(bigint, text, bigint, bytea[], bigint, integer) is
	'households by words of a member''s name in any order, number, hashes of a citizen id or group (null: any)';

create or replace function api.household_read(p_actor bigint, p_household bigint) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_data jsonb;
begin
	select jsonb_build_object('household', h.household_id, 'name', h.name, 'registered_on', h.registered_on,
		'left_on', h.left_on, 'ended', h.ended, 'merged_into', h.merged_into, 'version', h.version,
		'residence', (select coalesce(jsonb_agg(jsonb_build_object('from', r.from_on, 'area', r.area, 'hamlet', r.hamlet)
				order by r.from_on), '[]')
			from loan.household_residence r
			where r.branch = v_branch and r.household_id = p_household and r.superseded_by is null),
		'members', (select coalesce(jsonb_agg(jsonb_build_object('no', m.member_no, 'name', m.name, 'sex', m.sex,
				'born_on', m.born_on, 'relation', m.relation, 'ethnic', m.ethnic, 'representative', m.representative,
				'from', m.from_on, 'until', m.until_on, 'ended', m.ended)
				order by m.member_no), '[]')
			from loan.household_member m where m.branch = v_branch and m.household_id = p_household),
		'signers', (select coalesce(jsonb_agg(jsonb_build_object('from', s.from_on, 'member', s.member_no)
				order by s.from_on), '[]')
			from loan.household_signer s
			where s.branch = v_branch and s.household_id = p_household and s.superseded_by is null),
		'surveys', (select coalesce(jsonb_agg(jsonb_build_object('on', s.on_day, 'income', s.income, 'lacking', s.lacking)
				order by s.on_day), '[]')
			from loan.household_survey s
			where s.branch = v_branch and s.household_id = p_household and s.superseded_by is null),
		'classes', (select coalesce(jsonb_agg(jsonb_build_object('from', k.from_on, 'class', k.class, 'decision', k.decision)
				order by k.from_on), '[]')
			from loan.household_class k
			where k.branch = v_branch and k.household_id = p_household and k.superseded_by is null),
		'attributes', (select coalesce(jsonb_agg(jsonb_build_object('from', a.from_on, 'bits', a.attributes)
				order by a.from_on), '[]')
			from loan.household_attribute a
			where a.branch = v_branch and a.household_id = p_household and a.superseded_by is null),
		'groups', (select coalesce(jsonb_agg(jsonb_build_object('group', m.group_id, 'name', g.name, 'from', m.from_on,
				'until', m.until_on, 'organisation', g.organisation, 'point_id', g.point_id) order by m.from_on), '[]')
			from loan.group_member m join loan.credit_group g on g.branch = v_branch and g.group_id = m.group_id
			where m.branch = v_branch and m.household_id = p_household),
		'approved', (select coalesce(jsonb_agg(jsonb_build_object('application', a.application_id, 'programme', a.programme,
				'purpose', a.purpose, 'amount', t.amount) order by a.application_id), '[]')
			from loan.application a
			join loan.application_state t on t.branch = v_branch and t.application_id = a.application_id and t.state = 4
			where a.branch = v_branch and a.household_id = p_household),
		'loans', (select coalesce(jsonb_agg(c.loan_id order by c.contract_on, c.loan_id), '[]')
			from loan.state s join loan.contract c on c.branch = v_branch and c.loan_id = s.loan_id
			where s.branch = v_branch and s.household_id = p_household))
	into v_data
	from loan.household h where h.branch = v_branch and h.household_id = p_household;
	if not found then
		raise exception 'no household %', lpad(p_household::text, 10, '0') using errcode = 'LN003', column = 'household';
	end if;
	return v_data;
end $$;
comment on function api.household_read(bigint, bigint) is 'a household with all its dated rows and the numbers of its loans (LN003)';

create or replace function api.household_loans(p_actor bigint, p_household bigint) returns setof bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query select c.loan_id from loan.state s join loan.contract c on c.branch = v_branch and c.loan_id = s.loan_id
	where s.branch = v_branch and s.household_id = p_household order by c.contract_on, c.loan_id;
end $$;
comment on function api.household_loans(bigint, bigint) is 'numbers of all loans of a household the actor sees';

reset role;
