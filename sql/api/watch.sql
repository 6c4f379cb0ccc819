-- Lists of loans to look after: flat rows and numbers of loans; what is late or inactive C decides.
set role vonvay_owner;

create or replace function loan.watched(p_branch smallint, p_group bigint, p_point integer, p_organisation text)
returns setof loan.state language sql stable as $$
	select s.* from loan.state s
	where s.branch = p_branch and s.status between 1 and 3
		and (p_group is null or s.group_id = p_group) and (p_point is null or s.point_id = p_point)
		and (p_organisation is null or s.organisation = (select o.organisation from loan.organisation o where o.word = p_organisation))
$$;
comment on function loan.watched(smallint, bigint, integer, text) is 'the open loans of a group, point or organisation (null: any)';

-- Opened, disbursed, paid: what a borrower does. A decision or a transfer is no transaction.
create or replace function loan.last_transactions(p_branch smallint, p_on date) returns table (loan_id bigint, last_on date)
language sql stable as $$
	select f.loan_id, max(f.effective_on) from loan.live_facts(p_branch, p_on) f where f.kind between 1 and 5 group by 1
$$;
comment on function loan.last_transactions(smallint, date) is 'the day of the last transaction of every loan up to a day';

reset role;
set role vonvay_api;

create or replace function api.watch_inactive(p_actor bigint, p_on date, p_before date, p_group bigint, p_point integer,
	p_organisation text)
returns table (loan_id bigint, household_id bigint, name text, group_id bigint, group_name text, organisation text,
	programme text, in_term bigint, overdue bigint, frozen bigint, last_on date, checked_on date)
language plpgsql stable security definer set search_path = '' set work_mem = '32MB' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select s.loan_id, s.household_id, h.name, coalesce(s.group_id, 0), coalesce(g.name, ''), o.word, c.programme,
		b.in_term, b.overdue, b.frozen, t.last_on,
		(select max(k.checked_on) from loan.loan_check k
			where k.branch = v_branch and k.loan_id = s.loan_id and k.checked_on between t.last_on and p_on)
	from loan.last_transactions(v_branch, p_on) t
	join loan.balances_on(v_branch, p_on) b on b.loan_id = t.loan_id and b.in_term + b.overdue > 0
	join loan.state s on s.branch = v_branch and s.loan_id = t.loan_id
	join loan.contract c on c.branch = v_branch and c.loan_id = t.loan_id
	join loan.household h on h.branch = v_branch and h.household_id = s.household_id
	join loan.organisation o on o.organisation = s.organisation
	left join loan.credit_group g on g.branch = v_branch and g.group_id = s.group_id
	where t.last_on < p_before and (p_group is null or s.group_id = p_group) and (p_point is null or s.point_id = p_point)
		and (p_organisation is null or o.word = p_organisation)
	order by t.last_on, s.loan_id;
end $$;
comment on function api.watch_inactive(bigint, date, date, bigint, integer, text) is
	'loans with a balance on a day whose last transaction lies before another, with the last check since then';

create or replace function api.watch_loans(p_actor bigint, p_kind text, p_day date, p_group bigint, p_point integer,
	p_organisation text) returns setof bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select s.loan_id from loan.watched(v_branch, p_group, p_point, p_organisation) s
	join loan.contract c on c.branch = v_branch and c.loan_id = s.loan_id
	where case p_kind
		when 'interest' then s.interest_in_term_dong > 0 or s.since < p_day
		when 'due' then s.in_term > 0 and (
			select coalesce(sum(a.amount), 0) from unnest(s.amounts, coalesce(s.due_on, c.due_on)) a (amount, due_on)
			where a.due_on <= p_day) > s.paid + s.written_off
		end;
end $$;
comment on function api.watch_loans(bigint, text, date, bigint, integer, text) is
	'open loans that may owe a month of interest (nothing paid since a day), or with principal scheduled up to a day and not settled';

create or replace function api.watch_frozen(p_actor bigint, p_until date, p_group bigint, p_point integer, p_organisation text)
returns table (loan_id bigint, household_id bigint, name text, group_id bigint, group_name text, programme text, frozen bigint,
	frozen_until date, number text, risk_case text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select s.loan_id, s.household_id, h.name, coalesce(s.group_id, 0), coalesce(g.name, ''), c.programme, s.frozen::bigint,
		s.frozen_until, coalesce(d.number, ''), coalesce(d.risk_case, '')
	from loan.watched(v_branch, p_group, p_point, p_organisation) s
	join loan.contract c on c.branch = v_branch and c.loan_id = s.loan_id
	join loan.household h on h.branch = v_branch and h.household_id = s.household_id
	left join loan.credit_group g on g.branch = v_branch and g.group_id = s.group_id
	left join lateral (
		select x.number, x.risk_case from loan.fact f
		join loan.decision x on x.branch = v_branch and x.loan_id = f.loan_id and x.no = f.no
		where f.branch = v_branch and f.loan_id = s.loan_id and f.kind in (9, 10)
			and not exists (select from loan.fact r where r.branch = v_branch and r.loan_id = f.loan_id and r.reverses = f.no)
		order by f.effective_on desc, f.no desc limit 1) d on true
	where s.frozen > 0 and s.frozen_until <= p_until
	order by s.frozen_until, s.loan_id;
end $$;
comment on function api.watch_frozen(bigint, date, bigint, integer, text) is
	'loans whose freeze ends up to a day, with the last decision about it';

reset role;
set role vonvay_api;

-- A row a finding: sign, and what it rests on. Personal data stand here as nothing but that they are equal.
create or replace function api.watch_signs(p_actor bigint, p_from date, p_to date, p_shared integer, p_most integer, p_late integer,
	p_reversals integer)
returns table (sign text, finding jsonb)
language plpgsql stable security definer set search_path = '' set work_mem = '32MB' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	with open as materialized (
		select s.household_id, s.loan_id, c.contract_on from loan.state s
		join loan.contract c on c.branch = v_branch and c.loan_id = s.loan_id
		where s.branch = v_branch and s.status between 1 and 3
	), shared as (
		select p.field, p.hash, array_agg(distinct lpad(o.household_id::text, 10, '0')) as households,
			array_agg(distinct o.loan_id::text) as loans, count(distinct o.household_id) as count, min(o.household_id) as first
		from loan.personal p join open o on o.household_id = p.household_id
		where p.branch = v_branch and p.field in (1, 2, 3)
		group by 1, 2
	), person as (
		select array_agg(distinct lpad(o.household_id::text, 10, '0')) as households, array_agg(distinct o.loan_id::text) as loans,
			min(m.name) as name, m.born_on, count(distinct o.household_id) as count, min(o.household_id) as first
		from loan.household_member m join open o on o.household_id = m.household_id
		where m.branch = v_branch
		group by m.search, m.born_on
	), late as (
		select f.loan_id, f.no, f.effective_on, f.amount, e.entry_id, e.business_date, s.name
		from loan.fact f
		join loan.entry e on e.branch = v_branch and e.entry_id = f.entry_id and e.door <> 3
		join loan.staff s on s.staff_id = e.actor
		where f.branch = v_branch and f.kind between 3 and 5 and e.business_date between p_from and p_to
			and e.business_date - f.effective_on > p_late
	), late_sheet as (
		select t.*, s.name from loan.session_sheet t
		join loan.entry e on e.branch = v_branch and e.entry_id = t.entry_id
		join loan.staff s on s.staff_id = e.actor
		where t.branch = v_branch and t.kind = 'posted' and t.posted_on between p_from and p_to and t.posted_on - t.received_on > p_late
	), reversal as (
		select s.name, date_trunc('month', e.business_date)::date as month, count(*) as count,
			array_agg(f.loan_id || '/' || f.no order by e.entry_id) as facts
		from loan.fact f
		join loan.entry e on e.branch = v_branch and e.entry_id = f.entry_id and e.business_date between p_from and p_to
		join loan.staff s on s.staff_id = e.actor
		where f.branch = v_branch and f.kind = 6
		group by 1, 2
	), cash as (
		select t.group_id, t.session_on, sum(t.cash_expected) as expected, sum(t.cash_counted) as counted,
			sum(t.principal_expected) as principal_expected, sum(t.principal_counted) as principal_counted,
			array_agg(t.entry_id::text order by t.entry_id) as entries
		from loan.session_sheet t
		where t.branch = v_branch and t.session_on between p_from and p_to
		group by 1, 2
	)
	select x.sign, x.finding from (
		select case h.field when 1 then 'duplicate_citizen' when 2 then 'shared_telephone' else 'shared_address' end as sign,
			jsonb_build_object('households', h.households, 'loans', h.loans) as finding, h.first::text as ordered
		from shared h
		where h.count >= case h.field when 1 then 2 else p_shared end and (h.field <> 3 or h.count <= p_most)
		union all
		select 'duplicate_person', jsonb_build_object('name', n.name, 'born_on', n.born_on, 'households', n.households, 'loans', n.loans),
			n.first::text
		from person n where n.count >= 2
		union all
		select 'late_posting', jsonb_build_object('loan', l.loan_id::text, 'no', l.no, 'on', l.effective_on, 'amount', l.amount::bigint,
			'posted_on', l.business_date, 'days', l.business_date - l.effective_on, 'actor', l.name, 'entry', l.entry_id::text),
			l.business_date::text || l.entry_id
		from late l
		union all
		select 'late_posting', jsonb_build_object('group', lpad(t.group_id::text, 7, '0'), 'session_on', t.session_on, 'on', t.received_on,
			'posted_on', t.posted_on, 'days', t.posted_on - t.received_on, 'actor', t.name, 'entry', t.entry_id::text),
			t.posted_on::text || t.entry_id
		from late_sheet t
		union all
		select 'reversals', jsonb_build_object('actor', r.name, 'month', r.month, 'count', r.count, 'facts', r.facts), r.month::text || r.name
		from reversal r where r.count > p_reversals
		union all
		select 'cash_difference', jsonb_build_object('group', lpad(c.group_id::text, 7, '0'), 'name', g.name,
			'leader', coalesce((select l.name from loan.group_leader l where l.branch = v_branch and l.group_id = c.group_id
				and l.superseded_by is null and l.from_on <= c.session_on order by l.from_on desc limit 1), g.leader),
			'session_on', c.session_on, 'expected', c.expected::bigint, 'counted', c.counted::bigint,
			'difference', (c.counted - c.expected)::bigint,
			'principal_difference', (c.principal_counted - c.principal_expected)::bigint, 'entries', c.entries),
			c.session_on::text || c.group_id
		from cash c join loan.credit_group g on g.branch = v_branch and g.group_id = c.group_id
		where c.counted <> c.expected or c.principal_counted <> c.principal_expected
		union all
		select 'registered_elsewhere', jsonb_build_object('household', loan.household_no(t.subject_id::bigint), 'actor', s.name,
			'posted_on', e.business_date, 'method', e.method, 'entry', e.entry_id::text), e.business_date::text || e.entry_id
		from loan.audit t
		join loan.entry e on e.branch = v_branch and e.entry_id = t.entry_id and e.business_date between p_from and p_to
		join loan.staff s on s.staff_id = e.actor
		where t.branch = v_branch and t.subject = 'registered_elsewhere'
	) x
	order by x.sign, x.ordered;
end $$;
comment on function api.watch_signs(bigint, date, date, integer, integer, integer, integer) is
	'signs of wrongdoing with the rows behind them: shared personal data of borrowers as they stand (an address of more than p_most households is that of a hamlet), the rest of a period';

create or replace function api.watch_balances(p_actor bigint)
returns table (household_id bigint, name text, loan_id bigint, programme text, purpose text, balance bigint, overdue bigint,
	contract_on date)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select s.household_id, h.name, s.loan_id, c.programme, c.purpose, (s.in_term + s.overdue + s.frozen)::bigint, s.overdue::bigint,
		c.contract_on
	from loan.state s
	join loan.contract c on c.branch = v_branch and c.loan_id = s.loan_id
	join loan.household h on h.branch = v_branch and h.household_id = s.household_id
	where s.branch = v_branch and s.status between 1 and 3
	order by s.household_id, s.loan_id;
end $$;
comment on function api.watch_balances(bigint) is 'the open loans of every household with what is left of them, by household';

reset role;
