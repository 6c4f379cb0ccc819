-- The reference data the daemon decides with, in one piece with its version; and the state of the daemon's own work.
set role vonvay_owner;

create or replace function loan.area_known(a loan.area, p_upto bigint) returns boolean language sql stable as $$
	select case when p_upto is null then a.superseded_at is null
		else (a.change_id is null or (select c.applied_entry from loan.change c where c.change_id = a.change_id) <= p_upto)
			and (a.superseded_at is null or (select c.applied_entry from loan.change c where c.change_id = a.superseded_by) > p_upto) end
$$;
comment on function loan.area_known(loan.area, bigint) is 'is the row of a unit what was known up to a write (null: now)?';

create or replace function loan.reference_areas(p_branch smallint, p_upto bigint) returns jsonb language sql stable as $$
	select jsonb_agg(jsonb_build_object('code', a.code, 'name', a.name, 'kind', a.kind, 'parent', a.parent, 'rural', a.rural,
		'difficulty', a.difficulty, 'valid_from', a.valid_from, 'valid_to', a.valid_to, 'successor', a.successor) order by a.code)
	from loan.area a where a.branch = p_branch and loan.area_known(a, p_upto)
$$;
comment on function loan.reference_areas(smallint, bigint) is 'administrative units as JSON, as known up to a write (null: now)';

create or replace function loan.reference_points(p_branch smallint) returns jsonb language sql stable as $$
	select jsonb_agg(jsonb_build_object('point_id', p.point_id, 'code', p.code, 'name', p.name, 'area', p.area,
		'valid_from', p.valid_from, 'valid_to', p.valid_to,
		'days', (select coalesce(jsonb_agg(jsonb_build_object('from_on', d.from_on, 'day', d.day) order by d.from_on), '[]')
			from loan.point_day d where d.branch = p.branch and d.point_id = p.point_id and d.superseded_at is null),
		'changes', (select coalesce(jsonb_agg(jsonb_build_object('month', c.month, 'held_on', c.held_on) order by c.month), '[]')
			from loan.session_change c where c.branch = p.branch and c.point_id = p.point_id and c.superseded_at is null),
		'closed_upto', (select max(n.session_on) from loan.session n
			where n.branch = p.branch and n.point_id = p.point_id and n.closed_on is not null),
		'session_upto', (select s.session_upto from loan.sweep_point s where s.branch = p.branch and s.point_id = p.point_id))
		order by p.point_id)
	from loan.point p where p.branch = p_branch
$$;
comment on function loan.reference_points(smallint) is 'transaction points with their session days, moved sessions and how far they are swept';

create or replace function loan.reference_lines() returns jsonb language sql stable as $$
	select jsonb_agg(jsonb_build_object('line', l.line, 'code', l.code, 'for_contracts_from', l.for_contracts_from,
		'priority', l.priority,
		'rows', (select coalesce(jsonb_agg(jsonb_build_object('from', r.valid_from, 'rate_e7', r.rate_e7,
				'applies_to', r.applies_to) order by r.valid_from), '[]')
			from loan.rate_rows r where r.line = l.line))
		|| case when l.base is null then '{}'::jsonb else jsonb_build_object('base', l.base, 'relief', l.relief, 'overlay', l.overlay) end
		order by l.code, l.for_contracts_from nulls first, l.line)
	from loan.rate_line l
$$;
comment on function loan.reference_lines() is 'rate lines with their rows';

create or replace function loan.reference_programmes() returns jsonb language sql stable as $$
	select jsonb_build_object(
		'programmes', (select jsonb_agg(to_jsonb(p) - '{recorded_at,change_id}'::text[] order by p.code) from loan.programme p),
		'limits', (select jsonb_agg(to_jsonb(l) - '{row_id,recorded_at,superseded_at,change_id,superseded_by}'::text[] order by l.code, l.purpose, l.valid_from)
			from loan.programme_limit l where l.superseded_at is null),
		'periods', (select jsonb_agg(to_jsonb(i) - '{row_id,recorded_at,superseded_at,change_id,superseded_by}'::text[] order by i.code, i.term_months_from)
			from loan.instalment_period i where i.superseded_at is null),
		'standards', (select coalesce(jsonb_agg(to_jsonb(s) - '{row_id,reason,mark,recorded_at,superseded_at}'::text[]
				order by s.area, s.from_on), '[]')
			from loan.poverty_standard s where s.superseded_at is null),
		'freezes', (select coalesce(jsonb_agg(to_jsonb(f) - '{row_id,mark,recorded_at,superseded_at}'::text[]
				order by f.risk_case, f.from_on), '[]')
			from loan.freeze_limit f where f.superseded_at is null),
		'policies', (select jsonb_agg(jsonb_build_object('name', p.name, 'programme', p.programme, 'entrusted', p.entrusted,
				'from_on', p.from_on, 'value', p.value) order by p.name, p.programme, p.entrusted, p.from_on)
			from loan.policy p where p.superseded_at is null),
		'conflicts', (select coalesce(jsonb_agg(to_jsonb(c) - '{row_id,recorded_at,superseded_at}'::text[]
				order by c.code, c.from_on, c.other), '[]')
			from loan.programme_conflict c where c.superseded_at is null),
		'priorities', (select coalesce(jsonb_agg(to_jsonb(r) - '{row_id,recorded_at,superseded_at}'::text[]
				order by r.code, r.from_on, r.attribute), '[]')
			from loan.programme_priority r where r.superseded_at is null))
$$;
comment on function loan.reference_programmes() is
	'programmes with limits, instalment periods, policies, what excludes them and who has priority';

create or replace function loan.reference_reliefs() returns jsonb language sql stable as $$
	select jsonb_agg(jsonb_build_object('relief', r.relief_id, 'name', r.name, 'rate_delta_e7', r.rate_delta_e7, 'from', r.from_on,
		'until', r.until_on, 'holiday_from', r.holiday_from, 'holiday_until', r.holiday_until) order by r.relief_id)
	from loan.relief r
$$;
comment on function loan.reference_reliefs() is 'reliefs; their lines stand among the rate lines';

create or replace function loan.reference_data(p_branch smallint) returns jsonb language sql stable as $$
	select jsonb_build_object(
		'branch', (select to_jsonb(b) from loan.branch b where b.branch = p_branch),
		'organisations', (select coalesce(jsonb_agg(to_jsonb(o) order by o.organisation), '[]') from loan.organisation o),
		'areas', coalesce(loan.reference_areas(p_branch, null), '[]'),
		'points', coalesce(loan.reference_points(p_branch), '[]'),
		'holidays', (select coalesce(jsonb_agg(h.on_day order by h.on_day), '[]') from loan.holiday h where h.superseded_at is null),
		'lines', coalesce(loan.reference_lines(), '[]'),
		'reliefs', coalesce(loan.reference_reliefs(), '[]'),
		'funds', (select coalesce(jsonb_agg(jsonb_build_object('fund', f.fund, 'kind', f.kind, 'name', f.name_vi,
				'owner', f.owner, 'organisation', f.organisation, 'from_on', f.from_on, 'until_on', f.until_on)
				order by f.fund), '[]')
			from loan.fund f where f.branch = p_branch)
	) || loan.reference_programmes()
$$;
comment on function loan.reference_data(smallint) is 'all reference data of a branch as one JSON object';

create or replace function loan.reference_raise() returns void language sql as $$
	update loan.reference_version set version = version + 1
$$;
comment on function loan.reference_raise() is 'reference data changed: what is being decided with the old ones will be refused';

reset role;
set role vonvay_api;

create or replace function api.reference_read(p_actor bigint, out version bigint, out data jsonb)
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	select r.version into version from loan.reference_version r;
	data := loan.reference_data(v_branch);
end $$;
comment on function api.reference_read(bigint) is 'all reference data the daemon decides with, and their version';

create or replace function api.daemon_state()
returns table (business_date date, swept_until date, began_on date, reference_version bigint)
language sql stable security definer set search_path = '' as $$
	select b.business_date, b.swept_until, b.began_on, (select r.version from loan.reference_version r)
	from loan.business b
$$;
comment on function api.daemon_state() is 'business date, how far the nights have come, version of the reference data; asked before every write';

reset role;
