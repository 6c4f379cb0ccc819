-- What the scores and commissions of groups are counted from: flat rows a group, from which C makes ratios, points and money.
-- A loan belongs to the group it stood in on the last day of the month. p_group null: all groups the actor sees.
set role vonvay_api;

create or replace function api.score_bands(p_actor bigint, p_on date)
returns table (criterion text, at_least bigint, points smallint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
	perform loan.enter(p_actor);
	return query
	select b.criterion, b.at_least, b.points from loan.score_band b
	where b.superseded_at is null and b.from_on = (
		select max(x.from_on) from loan.score_band x
		where x.superseded_at is null and x.criterion = b.criterion and x.from_on <= p_on)
	order by 1, 2;
end $$;
comment on function api.score_bands(bigint, date) is 'the table of points in force on a day';

create or replace function api.score_commission_bands(p_actor bigint, p_on date)
returns table (collection_from integer, bad_debt_upto integer, share integer)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
begin
	perform loan.enter(p_actor);
	return query
	select b.collection_from, b.bad_debt_upto, b.share from loan.commission_band b
	where b.superseded_at is null and b.from_on = (
		select max(x.from_on) from loan.commission_band x where x.superseded_at is null and x.from_on <= p_on)
	order by 1;
end $$;
comment on function api.score_commission_bands(bigint, date) is 'the bands of commission in force on a day';

create or replace function api.score_groups(p_actor bigint, p_group bigint, p_from date, p_to date)
returns table (group_id bigint, name text, organisation text, commune text, point_id integer, point text, leader text,
	members bigint, depositing bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	if p_group is not null and not exists (select from loan.credit_group g where g.branch = v_branch and g.group_id = p_group) then
		raise exception 'no group %', lpad(p_group::text, 7, '0') using errcode = 'LN004', column = 'group';
	end if;
	return query
	with member as materialized (
		select m.group_id, m.household_id, exists (
			select from loan.deposit_fact f
			where f.branch = v_branch and f.household_id = m.household_id and f.kind = 1 and f.effective_on between p_from and p_to
				and not exists (select from loan.deposit_fact r where r.branch = v_branch and r.household_id = f.household_id
					and r.reverses = f.no)) as depositing
		from loan.group_member m
		where m.branch = v_branch and (p_group is null or m.group_id = p_group) and m.from_on <= p_to
			and (m.until_on is null or m.until_on > p_to)
	)
	select g.group_id, g.name, o.word, coalesce(u.unit, g.area), g.point_id, t.code,
		coalesce((select l.name from loan.group_leader l where l.branch = v_branch and l.group_id = g.group_id
			and l.superseded_by is null and l.from_on <= p_to order by l.from_on desc limit 1), g.leader),
		count(m.household_id), count(m.household_id) filter (where m.depositing)
	from loan.credit_group g
	join loan.organisation o on o.organisation = g.organisation
	join loan.point t on t.branch = v_branch and t.point_id = g.point_id
	left join loan.units_on(v_branch, p_to) u on u.code = g.area
	left join member m on m.group_id = g.group_id
	where g.branch = v_branch and (p_group is null or g.group_id = p_group) and g.formed_on <= p_to
		and (g.dissolved_on is null or g.dissolved_on > p_from)
	group by g.branch, g.group_id, o.word, u.unit, t.code
	order by g.group_id;
end $$;
comment on function api.score_groups(bigint, bigint, date, date) is
	'the groups of a month with their leader, members on its last day and those who put something into their deposit in it (LN004)';

create or replace function api.score_balances(p_actor bigint, p_group bigint, p_on date)
returns table (group_id bigint, outstanding bigint, overdue bigint, frozen bigint)
language plpgsql stable security definer set search_path = '' set work_mem = '32MB' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select l.group_id, sum(b.in_term + b.overdue + b.frozen)::bigint, sum(b.overdue)::bigint, sum(b.frozen)::bigint
	from loan.loans_of_groups(v_branch, p_group, p_on) l
	join loan.balances_on(v_branch, p_on) b on b.loan_id = l.loan_id
	group by 1 order by 1;
end $$;
comment on function api.score_balances(bigint, bigint, date) is 'principal of the groups at the end of a day';

create or replace function api.score_interest(p_actor bigint, p_group bigint, p_from date, p_until date)
returns table (group_id bigint, rate_line text, overdue_percent smallint, on_day date, in_term bigint, overdue bigint)
language plpgsql stable security definer set search_path = '' set work_mem = '32MB' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	with relief as materialized ( -- the loans that ever followed another line, and until when they were not asked for interest
		select f.loan_id, max(f.holiday_until) as holiday
		from loan.fact f
		where f.branch = v_branch and f.kind = 15 and f.effective_on < p_until
			and not exists (select from loan.fact r where r.branch = v_branch and r.loan_id = f.loan_id and r.reverses = f.no)
		group by 1
	), chosen as materialized (
		select l.loan_id, l.group_id, c.rate_line, c.overdue_percent, greatest(p_from, c.grace_end, t.holiday) as since,
			t.loan_id is not null as relieved
		from loan.loans_of_groups(v_branch, p_group, p_until - 1) l
		join loan.contract c on c.branch = v_branch and c.loan_id = l.loan_id
		left join relief t on t.loan_id = l.loan_id
	), moved as (
		select c.loan_id, greatest(p.effective_on, c.since) as on_day,
			sum(case 2111 when p.debit then p.amount when p.credit then -p.amount else 0 end) as in_term,
			sum(case 2112 when p.debit then p.amount when p.credit then -p.amount else 0 end) as overdue
		from chosen c
		join loan.posting p on p.branch = v_branch and p.loan_id = c.loan_id and p.effective_on < p_until
		where c.since < p_until
		group by 1, 2
	), lined as ( -- in the line that holds on the day; where it changes, all principal goes from one line to the other
		select c.group_id, coalesce(s.rate_line, c.rate_line) as rate_line, c.overdue_percent, m.on_day, m.in_term, m.overdue
		from moved m
		join chosen c on c.loan_id = m.loan_id
		left join lateral (
			select k.rate_line from loan.span x join loan.cell k on k.branch = v_branch and k.cell_id = x.cell_id
			where c.relieved and x.branch = v_branch and x.loan_id = c.loan_id and x.from_on <= m.on_day
			order by x.from_on desc limit 1) s on true
		union all
		select c.group_id, w.rate_line, c.overdue_percent, x.from_on, w.sign * b.in_term, w.sign * b.overdue
		from chosen c
		join loan.span x on x.branch = v_branch and x.loan_id = c.loan_id and x.from_on > c.since and x.from_on < p_until
		join loan.cell k on k.branch = v_branch and k.cell_id = x.cell_id
		join lateral (
			select o.rate_line from loan.span y join loan.cell o on o.branch = v_branch and o.cell_id = y.cell_id
			where y.branch = v_branch and y.loan_id = c.loan_id and y.from_on < x.from_on
			order by y.from_on desc limit 1) before on before.rate_line <> k.rate_line
		join lateral (values (k.rate_line, 1), (before.rate_line, -1)) w (rate_line, sign) on true
		join lateral (
			select sum(m.in_term) as in_term, sum(m.overdue) as overdue from moved m
			where m.loan_id = c.loan_id and m.on_day < x.from_on) b on b.in_term is not null
		where c.relieved
	)
	select t.group_id, t.rate_line, t.overdue_percent, t.on_day, sum(t.in_term)::bigint, sum(t.overdue)::bigint
	from lined t
	group by 1, 2, 3, 4
	having (sum(t.in_term), sum(t.overdue)) <> (0, 0)
	order by 1, 2, 3, 4;
end $$;
comment on function api.score_interest(bigint, bigint, date, date) is
	'changes of the principal that bears interest a group and rate: what was before the period stands on its first day; loans count from the end of their interest grace or collection holiday on';

create or replace function api.score_collected(p_actor bigint, p_group bigint, p_from date, p_to date)
returns table (group_id bigint, interest bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select l.group_id, sum(case 7020 when p.credit then p.amount when p.debit then -p.amount end)::bigint
	from loan.loans_of_groups(v_branch, p_group, p_to) l
	join loan.posting p on p.branch = v_branch and p.loan_id = l.loan_id and p.effective_on between p_from and p_to
		and 7020 in (p.debit, p.credit)
	group by 1 order by 1;
end $$;
comment on function api.score_collected(bigint, bigint, date, date) is 'interest collected of the groups in a period, from cash and from deposits';

-- settled: lent less what is left and not frozen; what is written off or frozen in the period is no collection, and is taken
-- off its end.
create or replace function api.score_due(p_actor bigint, p_group bigint, p_from date, p_to date, p_earliest date)
returns table (group_id bigint, point_id integer, due_on integer[], amounts bigint[], settled_before bigint, settled_after bigint)
language plpgsql stable security definer set search_path = '' set work_mem = '32MB' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	with chosen as materialized (
		select l.loan_id, l.group_id, s.point_id, coalesce(s.due_on, c.due_on) as due_on, s.amounts
		from loan.loans_of_groups(v_branch, p_group, p_to) l
		join loan.contract c on c.branch = v_branch and c.loan_id = l.loan_id
		join loan.state s on s.branch = v_branch and s.loan_id = l.loan_id
		where exists (select from unnest(coalesce(s.due_on, c.due_on)) d where d between p_earliest and p_to)
	), lent as (
		select f.loan_id, sum(case f.kind when 1 then f.opening[1] else f.amount end) filter (where f.effective_on < p_from) as before,
			sum(case f.kind when 1 then f.opening[1] else f.amount end) as after
		from loan.live_facts(v_branch, p_to) f
		where f.kind in (1, 2) and f.loan_id in (select c.loan_id from chosen c)
		group by 1
	), book as (
		select p.loan_id,
			sum(case when p.debit in (2111, 2112) then p.amount else 0 end
				- case when p.credit in (2111, 2112) then p.amount else 0 end) filter (where p.effective_on < p_from) as before,
			sum(case 2113 when p.debit then p.amount when p.credit then -p.amount else 0 end)
				filter (where p.effective_on < p_from) as frozen_before,
			sum(case when p.debit in (2111, 2112, 2113) then p.amount else 0 end
				- case when p.credit in (2111, 2112, 2113) then p.amount else 0 end) as after,
			sum(case 8090 when p.debit then p.amount when p.credit then -p.amount end) filter (where p.effective_on >= p_from) as lost
		from loan.posting p
		where p.branch = v_branch and p.effective_on <= p_to and p.loan_id in (select c.loan_id from chosen c)
		group by 1
	)
	select c.group_id, c.point_id, array(select loan.days(d) from unnest(c.due_on) with ordinality u (d, i) order by i),
		c.amounts, (coalesce(n.before, 0) - coalesce(b.before, 0))::bigint,
		(coalesce(n.after, 0) - coalesce(b.after, 0) + coalesce(b.frozen_before, 0) - coalesce(b.lost, 0))::bigint
	from chosen c
	left join lent n on n.loan_id = c.loan_id
	left join book b on b.loan_id = c.loan_id
	order by c.group_id, c.loan_id;
end $$;
comment on function api.score_due(bigint, bigint, date, date, date) is
	'loans with an instalment scheduled between the earliest day and the end of the period: their schedule, and principal settled before the period and at its end';

create or replace function api.score_deposits(p_actor bigint, p_group bigint, p_from date, p_to date)
returns table (group_id bigint, kind smallint, before bigint, upto bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select m.group_id, f.kind, coalesce(sum(f.amount) filter (where f.effective_on < p_from), 0)::bigint, sum(f.amount)::bigint
	from loan.group_member m
	join loan.deposit_fact f on f.branch = v_branch and f.household_id = m.household_id and f.kind <> 5 and f.effective_on <= p_to
	where m.branch = v_branch and (p_group is null or m.group_id = p_group) and m.from_on <= p_to
		and (m.until_on is null or m.until_on > p_to)
		and not exists (select from loan.deposit_fact r where r.branch = v_branch and r.household_id = f.household_id
			and r.reverses = f.no)
	group by 1, 2 order by 1, 2;
end $$;
comment on function api.score_deposits(bigint, bigint, date, date) is
	'deposits of those who are members on the last day: what counts before the period and up to its end, a kind';

create or replace function api.score_sessions(p_actor bigint, p_group bigint, p_from date, p_to date, p_days integer)
returns table (group_id bigint, held bigint, attended bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select g.group_id, count(*), count(*) filter (where exists (
			select from loan.session_sheet t
			where t.branch = v_branch and t.point_id = s.point_id and t.session_on = s.session_on and t.group_id = g.group_id
				and t.kind = 'posted' and (t.lines_posted > 0 or t.lines_refused = 0) and t.posted_on <= t.session_on + p_days))
	from loan.credit_group g
	join loan.session s on s.branch = v_branch and s.point_id = g.point_id and s.session_on between p_from and p_to
	where g.branch = v_branch and (p_group is null or g.group_id = p_group) and g.formed_on <= s.session_on
		and (g.dissolved_on is null or g.dissolved_on > s.session_on)
		and not exists (
			select from loan.session_sheet t
			where t.branch = v_branch and t.point_id = s.point_id and t.session_on = s.session_on and t.group_id = g.group_id
				and t.kind = 'excused')
	group by 1 order by 1;
end $$;
comment on function api.score_sessions(bigint, bigint, date, date, integer) is
	'sessions of the point of each group, and those it brought its sheet to within so many days; excused ones do not count';

reset role;
