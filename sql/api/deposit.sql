-- Member deposits: every fact goes through loan.deposit_write(), which keeps sum, facts and postings together.
set role vonvay_owner;

-- The least balance of the deposit at the end of any day from p_on on; reversed facts and reversals don't count.
create or replace function loan.deposit_least(p_branch smallint, p_household bigint, p_on date) returns bigint language sql stable as $$
	with days as (
		select f.effective_on, sum(case when f.kind in (2, 4) then -f.amount else f.amount end) as change
		from loan.deposit_fact f
		where f.branch = p_branch and f.household_id = p_household and f.kind <> 5 and not exists (
			select from loan.deposit_fact r
			where r.branch = p_branch and r.household_id = p_household and r.reverses = f.no)
		group by f.effective_on
	), running as (
		select d.effective_on, sum(d.change) over (order by d.effective_on) as balance from days d
	)
	select least(
		coalesce((select r.balance from running r where r.effective_on <= p_on order by r.effective_on desc limit 1), 0),
		(select min(r.balance) from running r where r.effective_on > p_on))::bigint
$$;
comment on function loan.deposit_least(smallint, bigint, date) is 'the least balance of a deposit at the end of a day from this one on';

-- p_rows: household, number, kind, day, amount, what it reverses (0), loan (0), group (0), debit (0: no posting), credit.
create or replace function loan.deposit_write(p_branch smallint, p_entry bigint, p_rows bigint[]) returns void
language plpgsql as $$
declare
	v_household bigint;
	v_ordinal integer := (select coalesce(max(p.ordinal), 0) from loan.deposit_posting p
		where p.branch = p_branch and p.entry_id = p_entry);
begin
	if cardinality(p_rows) = 0 then
		return;
	end if;
	insert into loan.deposit (branch, household_id, facts, balance)
	select distinct p_branch, p_rows[i][1], 0, 0 from generate_subscripts(p_rows, 1) i order by 2
	on conflict do nothing;
	perform from loan.deposit d where d.branch = p_branch
		and d.household_id in (select p_rows[i][1] from generate_subscripts(p_rows, 1) i)
	order by d.household_id for no key update;

	select n.household_id into v_household
	from (select p_rows[i][1] as household_id, min(p_rows[i][2]) as first, max(p_rows[i][2]) as last, count(*) as added
		from generate_subscripts(p_rows, 1) i group by 1) n
	join loan.deposit d on d.branch = p_branch and d.household_id = n.household_id
	where n.first <> d.facts + 1 or n.last <> d.facts + n.added limit 1;
	if found then
		raise exception 'the deposit of household % was changed by another', v_household using errcode = 'LN409';
	end if;

	select p_rows[i][1] into v_household from generate_subscripts(p_rows, 1) i
	where p_rows[i][3] = 1 and not exists (select from loan.group_member m
		where m.branch = p_branch and m.household_id = p_rows[i][1] and m.from_on <= loan.day(p_rows[i][4])
			and (m.until_on is null or m.until_on > loan.day(p_rows[i][4]))) limit 1;
	if found then
		raise exception 'household % is no member of a group on that day', lpad(v_household::text, 10, '0')
			using errcode = 'LN404', column = 'household';
	end if;

	insert into loan.deposit_fact (branch, household_id, no, entry_id, kind, effective_on, amount, reverses, loan_id, group_id)
	select p_branch, p_rows[i][1], p_rows[i][2], p_entry, p_rows[i][3], loan.day(p_rows[i][4]), p_rows[i][5],
		nullif(p_rows[i][6], 0), nullif(p_rows[i][7], 0), nullif(p_rows[i][8], 0)
	from generate_subscripts(p_rows, 1) i;

	-- the posting of a reversal carries the amount of what it reverses, given there with the accounts exchanged
	insert into loan.deposit_posting (branch, entry_id, ordinal, household_id, effective_on, debit, credit, amount)
	select p_branch, p_entry, v_ordinal + row_number() over (order by i), p_rows[i][1], loan.day(p_rows[i][4]), p_rows[i][9],
		p_rows[i][10], case p_rows[i][3] when 5 then (select f.amount from loan.deposit_fact f
			where f.branch = p_branch and f.household_id = p_rows[i][1] and f.no = p_rows[i][6]) else p_rows[i][5] end
	from generate_subscripts(p_rows, 1) i where p_rows[i][9] <> 0;

	select n.household_id into v_household
	from (select p_rows[i][1] as household_id, loan.day(min(p_rows[i][4])) as from_on
		from generate_subscripts(p_rows, 1) i group by 1) n
	where loan.deposit_least(p_branch, n.household_id, n.from_on) < 0 limit 1;
	if found then
		raise exception 'the deposit of household % would be below zero', lpad(v_household::text, 10, '0')
			using errcode = 'LN018', column = 'amount';
	end if;

	update loan.deposit d set facts = n.last, balance = loan.deposit_least(p_branch, d.household_id, 'infinity')
	from (select p_rows[i][1] as household_id, max(p_rows[i][2]) as last from generate_subscripts(p_rows, 1) i group by 1) n
	where d.branch = p_branch and d.household_id = n.household_id;
exception when unique_violation then
	raise exception 'this fact of a deposit was reversed already' using errcode = 'LN014', column = 'fact';
end $$;
comment on function loan.deposit_write(smallint, bigint, bigint[]) is
	'facts of deposits with their postings: numbered on (LN409), put in only by members (LN404), never below zero (LN018)';

create or replace function loan.deposit_next(p_branch smallint, p_household bigint) returns integer language sql stable as $$
	select coalesce((select d.facts from loan.deposit d where d.branch = p_branch and d.household_id = p_household), 0) + 1
$$;
comment on function loan.deposit_next(smallint, bigint) is 'number of the next fact of a deposit';

create or replace function loan.deposit_take(p_branch smallint, p_entry bigint, p_household bigint, p_amount bigint, p_on date,
	p_loan bigint default 0) returns integer language plpgsql as $$
declare
	v_no integer;
begin
	insert into loan.deposit (branch, household_id, facts, balance) values (p_branch, p_household, 0, 0) on conflict do nothing;
	perform from loan.deposit d where d.branch = p_branch and d.household_id = p_household for no key update;
	v_no := loan.deposit_next(p_branch, p_household);
	perform loan.deposit_write(p_branch, p_entry,
		array[array[p_household, v_no, 4, loan.days(p_on), p_amount, 0, p_loan, 0, 0, 0]]);
	return v_no;
end $$;
comment on function loan.deposit_take(smallint, bigint, bigint, bigint, date, bigint) is
	'a payment of a loan from the deposit takes its part of it: LN018 when there is less. The posting is the loan''s own';

create or replace function loan.deposit_return(p_branch smallint, p_entry bigint, p_household bigint, p_amount bigint, p_on date,
	p_loan bigint) returns integer language plpgsql as $$
declare
	v_taken integer;
	v_no integer;
begin
	perform from loan.deposit d where d.branch = p_branch and d.household_id = p_household for no key update;
	select f.no into v_taken from loan.deposit_fact f
	where f.branch = p_branch and f.household_id = p_household and f.kind = 4 and f.loan_id = p_loan and f.amount = p_amount
		and f.effective_on = p_on and not exists (select from loan.deposit_fact r
			where r.branch = p_branch and r.household_id = p_household and r.reverses = f.no)
	order by f.no desc limit 1;
	if not found then
		raise exception 'nothing of this amount was taken from the deposit of household % for loan % on %',
			lpad(p_household::text, 10, '0'), p_loan, p_on using errcode = 'LN404', column = 'fact';
	end if;
	v_no := loan.deposit_next(p_branch, p_household);
	perform loan.deposit_write(p_branch, p_entry,
		array[array[p_household, v_no, 5, loan.days(p_on), 0, v_taken, p_loan, 0, 0, 0]]);
	return v_no;
end $$;
comment on function loan.deposit_return(smallint, bigint, bigint, bigint, date, bigint) is
	'a payment from the deposit is reversed: what deposit_take() took on that day for that loan goes back (LN404 without it)';

reset role;
set role vonvay_api;

create or replace function api.deposit_facts(p_actor bigint, p_households bigint[])
returns table (household_id bigint, no integer, kind smallint, on_day integer, amount bigint, reverses integer, loan_id bigint,
	group_id bigint, entry_id bigint, recorded_at text, actor text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query
	select f.household_id, f.no, f.kind, loan.days(f.effective_on), f.amount::bigint, coalesce(f.reverses, 0),
		coalesce(f.loan_id, 0), coalesce(f.group_id, 0), f.entry_id, loan.moment(e.recorded_at), s.name
	from (select distinct h from unnest(p_households) h) n
	join loan.deposit_fact f on f.branch = v_branch and f.household_id = n.h
	join loan.entry e on e.branch = v_branch and e.entry_id = f.entry_id
	join loan.staff s on s.staff_id = e.actor
	order by f.household_id, f.no;
end $$;
comment on function api.deposit_facts(bigint, bigint[]) is 'all facts of the deposits of those of the households the actor sees, by household and number';

create or replace function api.deposit_households(p_actor bigint, p jsonb) returns setof bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_day date := (select b.business_date from loan.business b where b.branch = v_branch);
	v_point integer;
begin
	if not p ? 'point' then
		return query select d.household_id from loan.deposit d
		where d.branch = v_branch and d.household_id = (p ->> 'household')::bigint;
		return;
	end if;
	select t.point_id into v_point from loan.point t where t.branch = v_branch and t.code = p ->> 'point';
	if not found then
		raise exception 'no transaction point %', p ->> 'point' using errcode = 'LN404', column = 'point';
	end if;
	return query select d.household_id from loan.deposit d
	join lateral (select m.group_id from loan.group_member m
		where m.branch = v_branch and m.household_id = d.household_id and m.from_on <= v_day
		order by m.from_on desc limit 1) m on true
	join loan.credit_group g on g.branch = v_branch and g.group_id = m.group_id
	where d.branch = v_branch and g.point_id = v_point order by d.household_id;
end $$;
comment on function api.deposit_households(bigint, jsonb) is
	'households with a deposit: those whose last group comes to the point, or the one named (LN404 without such a point)';

create or replace function api.deposit_holder(p_actor bigint, p_household bigint)
returns table (name text, group_id bigint, point_id integer)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
	v_day date := (select b.business_date from loan.business b where b.branch = v_branch);
begin
	return query select h.name, coalesce(m.group_id, 0), coalesce(g.point_id, 0)
	from loan.household h
	left join lateral (select x.group_id from loan.group_member x
		where x.branch = v_branch and x.household_id = p_household and x.from_on <= v_day
			and (x.until_on is null or x.until_on > v_day) order by x.from_on desc limit 1) m on true
	left join loan.credit_group g on g.branch = v_branch and g.group_id = m.group_id
	where h.branch = v_branch and h.household_id = p_household;
	if not found then
		raise exception 'no household %', lpad(p_household::text, 10, '0') using errcode = 'LN003', column = 'household';
	end if;
end $$;
comment on function api.deposit_holder(bigint, bigint) is
	'name, present group and its point (0: none) of a household (LN003)';

-- One function a word of the wire, all alike.
do $$
declare
	word text;
begin
	foreach word in array array['put', 'withdraw', 'credit', 'reverse'] loop
		execute format($f$
create or replace function api.deposit_%1$s(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_rows bigint[], out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $body$
declare
	head record := loan.write_begin(p_actor, p_door, 'deposit.%1$s', p_key, p_body_sha256, p_reply, p_business, p_reference);
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if not repeated then
		perform loan.deposit_write(head.branch, entry_id, p_rows);
	end if;
end $body$
$f$, word);
		execute format($f$comment on function api.deposit_%1$s(bigint, smallint, uuid, bytea, text, date, bigint, bigint[]) is
			'deposit.%1$s: stores what C decided'$f$, word);
	end loop;
end $$;

reset role;
