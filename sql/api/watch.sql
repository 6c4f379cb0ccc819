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
