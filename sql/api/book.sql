-- The books: sums and rows of all postings, by the day they are effective on and, with p_known, as they were known at a position.
set role vonvay_owner;

create or replace function loan.point_of(p_branch smallint, p_loan bigint, p_household bigint, p_on date) returns integer
language sql stable as $$
	select coalesce((
		select c.point_id from loan.span s join loan.cell c on c.branch = p_branch and c.cell_id = s.cell_id
		where s.branch = p_branch and s.loan_id = p_loan and s.from_on <= p_on
		order by s.from_on desc limit 1),
		(select c.point_id from loan.contract c where c.branch = p_branch and c.loan_id = p_loan),
		(select g.point_id from loan.group_member m join loan.credit_group g on g.branch = p_branch and g.group_id = m.group_id
		where m.branch = p_branch and m.household_id = p_household and m.from_on <= p_on order by m.from_on desc limit 1))
$$;
comment on function loan.point_of(smallint, bigint, bigint, date) is
	'the transaction point a loan, or the group of a household, stood at on a day, or last before it';

create or replace function loan.loans_of_groups(p_branch smallint, p_group bigint, p_on date)
returns table (loan_id bigint, group_id bigint) language sql stable as $$
	with moved as (
		select distinct on (f.loan_id) f.loan_id, p.group_id
		from loan.fact f join loan.place p on p.branch = p_branch and p.place_id = f.number
		where f.branch = p_branch and f.kind = 16 and f.effective_on <= p_on
			and not exists (select from loan.fact r where r.branch = p_branch and r.loan_id = f.loan_id and r.reverses = f.no)
		order by f.loan_id, f.effective_on desc, f.no desc
	), placed as (
		select c.loan_id, case when m.loan_id is null then c.group_id else m.group_id end as group_id
		from loan.contract c left join moved m on m.loan_id = c.loan_id
		where c.branch = p_branch and c.contract_on <= p_on
	)
	select t.loan_id, t.group_id from placed t where t.group_id is not null and (p_group is null or t.group_id = p_group)
$$;
comment on function loan.loans_of_groups(smallint, bigint, date) is 'the loans that stood in a group, or in any group, on a day';

create or replace function loan.balances_on(p_branch smallint, p_on date)
returns table (loan_id bigint, in_term bigint, overdue bigint, frozen bigint) language sql stable as $$
	select p.loan_id,
		sum(case 2111 when p.debit then p.amount when p.credit then -p.amount else 0 end)::bigint,
		sum(case 2112 when p.debit then p.amount when p.credit then -p.amount else 0 end)::bigint,
		sum(case 2113 when p.debit then p.amount when p.credit then -p.amount else 0 end)::bigint
	from loan.posting p
	where p.branch = p_branch and p.effective_on <= p_on
	group by p.loan_id
$$;
comment on function loan.balances_on(smallint, date) is 'the three principals of every loan at the end of a day, from the books';

-- Facts that were not reversed.
create or replace function loan.live_facts(p_branch smallint, p_upto date)
returns table (loan_id bigint, no integer, kind smallint, effective_on date, amount bigint, opening bigint[], entry_id bigint)
language sql stable as $$
	select f.loan_id, f.no, f.kind, f.effective_on, f.amount::bigint, f.opening, f.entry_id
	from loan.fact f
	where f.branch = p_branch and f.effective_on <= p_upto and f.kind <> 6
		and not exists (select from loan.fact r where r.branch = p_branch and r.loan_id = f.loan_id and r.reverses = f.no)
$$;
comment on function loan.live_facts(smallint, date) is 'the facts of all loans up to a day that count: neither reversed nor reversals';

reset role;
set role vonvay_api;

create or replace function api.book_trial(p_actor bigint, p_from date, p_to date, p_known bigint)
returns table (account smallint, name_vi text, name_en text, side text, before_debit bigint, before_credit bigint, debit bigint,
	credit bigint)
language plpgsql stable security definer set search_path = '' set work_mem = '32MB' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	with moved as materialized (
		select b.debit, b.credit, b.effective_on < p_from as before, sum(b.amount) as amount
		from loan.book b
		where b.branch = v_branch and b.effective_on <= p_to and (p_known is null or b.entry_id in (
				select e.entry_id from loan.entry e where e.branch = v_branch and e.position <= p_known))
		group by 1, 2, 3
	)
	select a.account, a.name_vi, a.name_en, a.side,
		coalesce(sum(m.amount) filter (where m.before and m.debit = a.account), 0)::bigint,
		coalesce(sum(m.amount) filter (where m.before and m.credit = a.account), 0)::bigint,
		coalesce(sum(m.amount) filter (where not m.before and m.debit = a.account), 0)::bigint,
		coalesce(sum(m.amount) filter (where not m.before and m.credit = a.account), 0)::bigint
	from loan.account a
	left join moved m on a.account in (m.debit, m.credit)
	group by a.account
	order by a.account;
end $$;
comment on function api.book_trial(bigint, date, date, bigint) is
	'what each account was debited and credited before a period and in it, of all the actor sees';

create or replace function api.book_account_sums(p_actor bigint, p_account smallint, p_from date, p_to date, p_known bigint,
	p_after_on date, p_after_entry bigint, p_after_source smallint, p_after_ordinal integer)
returns table (name_vi text, name_en text, side text, before_debit bigint, before_credit bigint, page_debit bigint,
	page_credit bigint, debit bigint, credit bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	perform from loan.account a where a.account = p_account;
	if not found then
		raise exception 'no account %', p_account using errcode = 'LN404', column = 'account';
	end if;
	return query
	with row as materialized (
		select case when b.debit = p_account then b.amount else 0 end as debit,
			case when b.credit = p_account then b.amount else 0 end as credit,
			b.effective_on < p_from as before,
			b.effective_on >= p_from and (b.effective_on, b.entry_id, b.source, b.ordinal)
				<= (p_after_on, p_after_entry, p_after_source, p_after_ordinal) as passed
		from loan.book b
		where b.branch = v_branch and p_account in (b.debit, b.credit) and b.effective_on <= p_to
			and (p_known is null or b.entry_id in (
				select e.entry_id from loan.entry e where e.branch = v_branch and e.position <= p_known))
	)
	select a.name_vi, a.name_en, a.side,
		coalesce(sum(r.debit) filter (where r.before), 0)::bigint, coalesce(sum(r.credit) filter (where r.before), 0)::bigint,
		coalesce(sum(r.debit) filter (where r.passed), 0)::bigint, coalesce(sum(r.credit) filter (where r.passed), 0)::bigint,
		coalesce(sum(r.debit) filter (where not r.before), 0)::bigint, coalesce(sum(r.credit) filter (where not r.before), 0)::bigint
	from loan.account a left join row r on true
	where a.account = p_account
	group by a.account;
end $$;
comment on function api.book_account_sums(bigint, smallint, date, date, bigint, date, bigint, smallint, integer) is
	'what an account was debited and credited before a period, in it, and of it up to a row (LN404)';

create or replace function api.book_account(p_actor bigint, p_account smallint, p_from date, p_to date, p_known bigint,
	p_after_on date, p_after_entry bigint, p_after_source smallint, p_after_ordinal integer, p_limit integer)
returns table (effective_on date, entry_id bigint, source smallint, ordinal integer, loan_id bigint, household_id bigint,
	contra smallint, debit bigint, credit bigint, recorded_at text, actor text, method text, "position" bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	with page as materialized (
		select b.* from loan.book b
		where b.branch = v_branch and p_account in (b.debit, b.credit) and b.effective_on between p_from and p_to
			and (p_after_on is null or (b.effective_on, b.entry_id, b.source, b.ordinal)
				> (p_after_on, p_after_entry, p_after_source, p_after_ordinal))
			and (p_known is null or b.entry_id in (
				select e.entry_id from loan.entry e where e.branch = v_branch and e.position <= p_known))
		order by b.effective_on, b.entry_id, b.source, b.ordinal
		limit p_limit
	)
	select b.effective_on, b.entry_id, b.source, b.ordinal, b.loan_id, coalesce(b.household_id, c.household_id),
		case when b.debit = p_account then b.credit else b.debit end,
		case when b.debit = p_account then b.amount else 0 end, case when b.credit = p_account then b.amount else 0 end,
		loan.moment(e.recorded_at), s.name, e.method, e.position
	from page b
	left join loan.state c on c.branch = v_branch and c.loan_id = b.loan_id
	join loan.entry e on e.branch = v_branch and e.entry_id = b.entry_id
	join loan.staff s on s.staff_id = e.actor
	order by b.effective_on, b.entry_id, b.source, b.ordinal;
end $$;
comment on function api.book_account(bigint, smallint, date, date, bigint, date, bigint, smallint, integer, integer) is
	'a page of the rows of an account, in order of day and entry';

-- part: before (cash before the day), cash (of the day, by the account against it), after (cash up to and on the day), lent, put
create or replace function api.book_day(p_actor bigint, p_on date, p_point integer, p_known bigint)
returns table (part text, account smallint, name_vi text, name_en text, debit bigint, credit bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	with cash as materialized (
		select b.effective_on, b.debit, b.credit, sum(b.amount) as amount
		from loan.book b
		where b.branch = v_branch and 1011 in (b.debit, b.credit) and b.effective_on <= p_on
			and (p_point is null or b.effective_on = p_on and loan.point_of(v_branch, b.loan_id, b.household_id, b.effective_on) = p_point)
			and (p_known is null or b.entry_id in (
				select e.entry_id from loan.entry e where e.branch = v_branch and e.position <= p_known))
		group by 1, 2, 3
	)
	select w.part, null::smallint, null::text, null::text,
		coalesce(sum(c.amount) filter (where c.debit = 1011), 0)::bigint,
		coalesce(sum(c.amount) filter (where c.credit = 1011), 0)::bigint
	from (values ('before', 1), ('after', 0)) w (part, days)
	left join cash c on c.effective_on <= p_on - w.days
	group by w.part
	union all
	select 'cash', a.account, a.name_vi, a.name_en, coalesce(sum(c.amount) filter (where c.debit = 1011), 0)::bigint,
		coalesce(sum(c.amount) filter (where c.credit = 1011), 0)::bigint
	from cash c join loan.account a on a.account = case c.debit when 1011 then c.credit else c.debit end
	where c.effective_on = p_on
	group by a.account
	union all
	select 'lent', null, null, null, 0, coalesce(sum(f.amount), 0)::bigint
	from loan.fact f
	where f.branch = v_branch and f.effective_on = p_on and f.kind = 2 and (p_known is null or f.entry_id in (
				select e.entry_id from loan.entry e where e.branch = v_branch and e.position <= p_known))
		and (p_point is null or loan.point_of(v_branch, f.loan_id, null, p_on) = p_point)
		and not exists (select from loan.fact r where r.branch = v_branch and r.loan_id = f.loan_id and r.reverses = f.no
			and (p_known is null or r.entry_id in (
				select e.entry_id from loan.entry e where e.branch = v_branch and e.position <= p_known)))
	union all
	select 'put', null, null, null, coalesce(sum(f.amount), 0)::bigint, 0
	from loan.deposit_fact f
	where f.branch = v_branch and f.effective_on = p_on and f.kind = 1 and (p_known is null or f.entry_id in (
				select e.entry_id from loan.entry e where e.branch = v_branch and e.position <= p_known))
		and (p_point is null or loan.point_of(v_branch, null, f.household_id, p_on) = p_point)
		and not exists (select from loan.deposit_fact r where r.branch = v_branch and r.household_id = f.household_id
			and r.reverses = f.no and (p_known is null or r.entry_id in (
				select e.entry_id from loan.entry e where e.branch = v_branch and e.position <= p_known)));
end $$;
comment on function api.book_day(bigint, date, integer, bigint) is
	'cash before a day, of the day by the account against it, and after it; what was lent on it and not taken back';

create or replace function api.book_day_journal(p_actor bigint, p_on date, p_point integer, p_known bigint)
returns table (entry_id bigint, recorded_at text, business_date date, actor text, door text, method text, "position" bigint,
	loans bigint, received bigint, paid bigint, other_received bigint, other_paid bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	with chosen as materialized (
		select b.entry_id from loan.book b where b.branch = v_branch and b.effective_on = p_on and 1011 in (b.debit, b.credit)
		union
		select e.entry_id from loan.entry e where e.branch = v_branch and e.business_date = p_on
	)
	select e.entry_id, loan.moment(e.recorded_at), e.business_date, s.name, d.word, e.method, e.position,
		count(distinct b.loan_id),
		coalesce(sum(b.amount) filter (where b.effective_on = p_on and b.debit = 1011), 0)::bigint,
		coalesce(sum(b.amount) filter (where b.effective_on = p_on and b.credit = 1011), 0)::bigint,
		coalesce(sum(b.amount) filter (where b.effective_on <> p_on and b.debit = 1011), 0)::bigint,
		coalesce(sum(b.amount) filter (where b.effective_on <> p_on and b.credit = 1011), 0)::bigint
	from chosen n
	join loan.entry e on e.branch = v_branch and e.entry_id = n.entry_id
	join loan.staff s on s.staff_id = e.actor
	join loan.code d on d.kind = 'door' and d.code = e.door
	join loan.book b on b.branch = v_branch and b.entry_id = n.entry_id and 1011 in (b.debit, b.credit)
	where (p_known is null or e.position <= p_known)
		and (p_point is null or loan.point_of(v_branch, b.loan_id, b.household_id, b.effective_on) = p_point)
	group by e.entry_id, s.name, d.word
	order by e.entry_id;
end $$;
comment on function api.book_day_journal(bigint, date, integer, bigint) is
	'the entries with cash of a day, or made on it for other days: who posted what';

create or replace function api.book_deposits(p_actor bigint, p_group bigint, p_household bigint, p_on date)
returns table (household_id bigint, name text, kind smallint, amount bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select f.household_id, h.name, f.kind, sum(f.amount)::bigint
	from loan.deposit_fact f
	join loan.household h on h.branch = v_branch and h.household_id = f.household_id
	where f.branch = v_branch and f.effective_on <= p_on and f.kind <> 5
		and (f.household_id = p_household or f.household_id in (
			select m.household_id from loan.group_member m where m.branch = v_branch and m.group_id = p_group
				and m.from_on <= p_on and (m.until_on is null or m.until_on > p_on)))
		and not exists (select from loan.deposit_fact r where r.branch = v_branch and r.household_id = f.household_id
			and r.reverses = f.no)
	group by 1, 2, 3
	order by 1, 3;
end $$;
comment on function api.book_deposits(bigint, bigint, bigint, date) is
	'what counts of the deposits of a group''s members or of a household up to a day, a kind';

reset role;
