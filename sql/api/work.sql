-- What waits for somebody. Each source is a function loan.work_KIND(branch, day) in the file of its subject, which gives the
-- rows of one kind that are open on a day; two lines here make it part of the list: one in work_kinds, one in work_all.
-- Deadlines are stored by who wrote the row (C computed them); here a day is only compared with them.
set role vonvay_owner;

-- action: what is to be done; role: who does it (a row may say another in its detail: action, role); seen: done by being seen.
create or replace function loan.work_kinds() returns table (kind text, action text, role text, seen boolean)
language sql immutable parallel safe as $$
	values
		('eligibility', 'tell_household', 'officer', true),
		('programme', 'tell_groups', 'officer', true),
		('recheck', 'confirm_application', 'officer', false),
		('held', 'release_loan', 'officer', false),
		('freeze', 'decide_freeze', 'officer', false),
		('change', 'decide_change', 'director', false),
		('review', 'review_household', 'officer', false),
		('signer', 'move_loan', 'officer', false),
		('check', 'check_loan', 'organisation_officer', false),
		('notice', 'give_notice', 'officer', false),
		('application', 'take_step', 'officer', false)
$$;
comment on function loan.work_kinds() is 'the kinds of work: what is to be done, by whom, and whether seeing it is doing it';

create or replace function loan.work_eligibility(p_branch smallint, p_on date) returns table (kind text, subject text,
	subject_id text, household_id bigint, group_id bigint, due_on date, detail jsonb) language sql stable as $$
	select 'eligibility', 'eligibility', e.row_id::text, e.household_id, m.group_id, e.effective_on,
		jsonb_build_object('reason', e.reason, 'lost', e.lost, 'gained', e.gained, 'reasons', e.reasons)
	from loan.eligibility_change e
	left join lateral (select g.group_id from loan.group_member g
		where g.branch = p_branch and g.household_id = e.household_id and g.from_on <= p_on
			and (g.until_on is null or g.until_on > p_on) order by g.from_on desc limit 1) m on true
	where e.branch = p_branch and e.effective_on <= p_on and not exists (
		select from loan.work_done d where d.branch = p_branch and d.kind = 'eligibility' and d.subject = 'eligibility'
			and d.subject_id = e.row_id::text and d.on_day <= p_on)
$$;
comment on function loan.work_eligibility(smallint, date) is 'work: households that may borrow from other programmes than before';

create or replace function loan.work_programme(p_branch smallint, p_on date) returns table (kind text, subject text,
	subject_id text, household_id bigint, group_id bigint, due_on date, detail jsonb) language sql stable as $$
	select 'programme', 'programme', c.row_id::text, null::bigint, null::bigint, c.effective_on,
		jsonb_build_object('programme', c.programme, 'purpose', c.purpose, 'open', c.open, 'reasons', c.reasons)
	from loan.programme_change c
	where c.branch = p_branch and not c.first and c.effective_on <= p_on and not exists (
		select from loan.work_done d where d.branch = p_branch and d.kind = 'programme' and d.subject = 'programme'
			and d.subject_id = c.row_id::text and d.on_day <= p_on)
$$;
comment on function loan.work_programme(smallint, date) is 'work: programmes that began or ceased to lend';

create or replace function loan.work_recheck(p_branch smallint, p_on date) returns table (kind text, subject text,
	subject_id text, household_id bigint, group_id bigint, due_on date, detail jsonb) language sql stable as $$
	select 'recheck', 'application', loan.application_title(r.application_id), r.household_id, a.group_id, r.on_day,
		jsonb_build_object('programme', a.programme, 'reasons', r.reasons)
	from loan.application_recheck r
	left join loan.application a on a.branch = p_branch and a.application_id = r.application_id
	where r.branch = p_branch and r.on_day <= p_on and (r.confirmed_by is null or exists (
		select from loan.entry e where e.branch = p_branch and e.entry_id = r.confirmed_by and e.business_date > p_on))
$$;
comment on function loan.work_recheck(smallint, date) is 'work: opened applications whose household is no longer eligible';

create or replace function loan.work_held(p_branch smallint, p_on date) returns table (kind text, subject text,
	subject_id text, household_id bigint, group_id bigint, due_on date, detail jsonb) language sql stable as $$
	select 'held', 'loan', x.loan_id::text, c.household_id, c.group_id, x.on_day, jsonb_build_object('reason', x.reason)
	from loan.sweep_held x join loan.contract c on c.branch = p_branch and c.loan_id = x.loan_id
	where x.branch = p_branch and x.released_at is null and x.on_day <= p_on
$$;
comment on function loan.work_held(smallint, date) is 'work: loans that the nights could not decide about';

-- As it is known now; a day further back only leaves out what ends later than the months of the policy after it.
create or replace function loan.work_freeze(p_branch smallint, p_on date) returns table (kind text, subject text,
	subject_id text, household_id bigint, group_id bigint, due_on date, detail jsonb) language sql stable as $$
	select 'freeze', 'loan', s.loan_id::text, s.household_id, s.group_id, s.frozen_until,
		jsonb_build_object('frozen', s.frozen::bigint)
	from loan.state s,
		(select p.value::integer as months from loan.policy p
			where p.name = 'frozen_warning_months' and p.superseded_at is null and p.from_on <= p_on
			order by p.from_on desc limit 1) w
	where s.branch = p_branch and s.frozen > 0 and isfinite(s.frozen_until)
		and s.frozen_until <= p_on + make_interval(months => w.months)
$$;
comment on function loan.work_freeze(smallint, date) is 'work: freezes that end within the months of the policy, or have ended';

create or replace function loan.work_change(p_branch smallint, p_on date) returns table (kind text, subject text,
	subject_id text, household_id bigint, group_id bigint, due_on date, detail jsonb) language sql stable as $$
	select 'change', 'change', c.change_id::text, null::bigint, null::bigint, e.business_date,
		jsonb_build_object('what', c.kind, 'reason', c.reason, 'decision', c.decision)
	from loan.change c
	join loan.entry e on e.branch = p_branch and e.entry_id = c.proposed_entry
	left join loan.entry d on d.branch = p_branch and d.entry_id = c.decided_entry
	where c.branch = p_branch and e.business_date <= p_on and (c.state in ('proposed', 'failed') or d.business_date > p_on)
$$;
comment on function loan.work_change(smallint, date) is 'work: changes of reference data that wait for a second person';

-- One line a source.
create or replace function loan.work_all(p_branch smallint, p_on date, p_kind text) returns table (kind text, subject text,
	subject_id text, household_id bigint, group_id bigint, due_on date, detail jsonb) language sql stable as $$
	select * from loan.work_eligibility(p_branch, p_on) where coalesce(p_kind, 'eligibility') = 'eligibility'
	union all select * from loan.work_programme(p_branch, p_on) where coalesce(p_kind, 'programme') = 'programme'
	union all select * from loan.work_recheck(p_branch, p_on) where coalesce(p_kind, 'recheck') = 'recheck'
	union all select * from loan.work_held(p_branch, p_on) where coalesce(p_kind, 'held') = 'held'
	union all select * from loan.work_freeze(p_branch, p_on) where coalesce(p_kind, 'freeze') = 'freeze'
	union all select * from loan.work_change(p_branch, p_on) where coalesce(p_kind, 'change') = 'change'
	union all select * from loan.work_signer(p_branch, p_on) where coalesce(p_kind, 'signer') = 'signer'
	union all select * from loan.work_review(p_branch, p_on) where coalesce(p_kind, 'review') = 'review'
	union all select * from loan.work_checks(p_branch, p_on) where coalesce(p_kind, 'check') = 'check'
	union all select * from loan.work_notices(p_branch, p_on) where coalesce(p_kind, 'notice') = 'notice'
	union all select * from loan.work_applications(p_branch, p_on) where coalesce(p_kind, 'application') = 'application'
$$;
comment on function loan.work_all(smallint, date, text) is 'all that waits for somebody on a day, or what is of one kind';

create or replace function loan.work_kind_check(p_kind text) returns void language plpgsql as $$
begin
	if p_kind is not null and not exists (select from loan.work_kinds() k where k.kind = p_kind) then
		raise exception 'kind is none of %', (select string_agg(k.kind, ', ') from loan.work_kinds() k)
			using errcode = 'LN422', column = 'kind';
	end if;
end $$;
comment on function loan.work_kind_check(text) is 'refuses an unknown kind of work (LN422)';

reset role;
set role vonvay_api;

create or replace function api.work_list(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
	v_day date := coalesce((p ->> 'as_of')::date, (select b.business_date from loan.business b where b.branch = v_branch));
	v_limit integer := coalesce((p ->> 'limit')::integer, 50);
	v_skip integer := coalesce((p ->> 'skip')::integer, 0);
	v_units text[] := case when p ->> 'area' is not null then loan.area_units(v_branch, p ->> 'area') end;
	v_data jsonb;
begin
	perform loan.work_kind_check(p ->> 'kind');
	with placed as materialized (
		select w.*, k.action, k.role, coalesce(r.area, g.area) as area, coalesce(r.hamlet, g.hamlet) as hamlet,
			coalesce(h.name, g.name) as name, o.word as organisation
		from loan.work_all(v_branch, v_day, p ->> 'kind') w
		join loan.work_kinds() k on k.kind = w.kind
		left join loan.household h on h.branch = v_branch and h.household_id = w.household_id
		left join loan.credit_group g on g.branch = v_branch and g.group_id = w.group_id
		left join loan.organisation o on o.organisation = g.organisation
		left join lateral loan.household_area_on(v_branch, w.household_id, v_day) r on true
		where (w.household_id is null or h.household_id is not null) and (w.group_id is null or g.group_id is not null)
	), asked as materialized (
		select * from placed t
		where (v_units is null or t.area = any (v_units))
			and (p ->> 'organisation' is null or t.organisation = p ->> 'organisation')
	), page as (
		select t.* from asked t order by t.due_on nulls last, t.kind, t.subject_id limit v_limit offset v_skip
	)
	select jsonb_build_object('as_of', v_day, 'count', (select count(*) from asked),
		'kinds', (select coalesce(jsonb_agg(jsonb_build_object('kind', n.kind, 'action', n.action, 'count', n.count, 'late', n.late)
				order by n.kind), '[]')
			from (select t.kind, min(t.action) as action, count(*) as count, count(*) filter (where t.due_on < v_day) as late from asked t group by 1) n),
		'rows', coalesce(jsonb_agg(jsonb_build_object('kind', t.kind, 'subject', t.subject, 'subject_id', t.subject_id,
			'household', lpad(t.household_id::text, 10, '0'), 'name', t.name, 'commune', coalesce(u.unit, t.area),
			'commune_name', a.name, 'hamlet', t.hamlet, 'group', lpad(t.group_id::text, 7, '0'),
			'organisation', t.organisation, 'due_on', t.due_on, 'days_late', greatest(0, v_day - t.due_on),
			'action', coalesce(t.detail ->> 'action', t.action), 'role', coalesce(t.detail ->> 'role', t.role),
			'detail', t.detail - '{action,role}'::text[]) order by t.due_on nulls last, t.kind, t.subject_id), '[]'))
	into v_data
	from page t
	left join loan.units_on(v_branch, v_day) u on u.code = t.area
	left join loan.area a on a.branch = v_branch and a.code = coalesce(u.unit, t.area) and a.superseded_at is null;
	return v_data;
end $$;
comment on function api.work_list(bigint, jsonb) is
	'work.list: what waits for somebody on a day, the most urgent first, in pages; counts are of all pages';

create or replace function api.work_done(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	head record := loan.write_begin(p_actor, p_door, 'work.done', p_key, p_body_sha256, p_reply, p_business, p_reference);
	w record;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.work_kind_check(p ->> 'kind');
	if not (select k.seen from loan.work_kinds() k where k.kind = p ->> 'kind') then
		raise exception 'work of kind % is done when it is done, not when it is seen', p ->> 'kind'
			using errcode = 'LN422', column = 'kind';
	end if;
	select t.subject, t.household_id into w from loan.work_all(head.branch, p_business, p ->> 'kind') t
	where t.subject_id = p ->> 'subject_id';
	if not found then
		raise exception 'no open work % %', p ->> 'kind', p ->> 'subject_id' using errcode = 'LN404', column = 'subject_id';
	end if;
	insert into loan.work_done (branch, kind, subject, subject_id, on_day, entry_id)
	values (head.branch, p ->> 'kind', w.subject, p ->> 'subject_id', p_business, head.entry_id)
	on conflict do nothing;
	if not found then
		raise exception 'work % % is being marked by another', p ->> 'kind', p ->> 'subject_id' using errcode = 'LN409';
	end if;
	perform loan.audit_add(head.branch, head.entry_id, w.subject, p ->> 'subject_id', '{seen}');
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('kind', p ->> 'kind', 'subject', w.subject,
		'subject_id', p ->> 'subject_id', 'household', lpad(w.household_id::text, 10, '0'), 'on', p_business,
		'done', true)::text);
end $$;
comment on function api.work_done(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'work.done: somebody has seen it; only of kinds that are done by being seen (LN422)';

reset role;
