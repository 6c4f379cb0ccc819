-- Verification: asked for by somebody, done by the worker, which makes everything again and compares. Reads only; what it reads
-- is the rows themselves, what is stored of seals is what they are compared with.
set role vonvay_api;

-- Whoever may read may have it verified: nothing of the bank's is written. Asked again while the same is under way, it is that.
create or replace function api.verify_run(p_actor bigint, p jsonb) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_number integer := split_part(p ->> 'since', ':', 1)::integer;
	v_hash bytea := decode(split_part(p ->> 'since', ':', 2), 'hex');
	v_loans boolean := not coalesce((p ->> 'seals_only')::boolean, false);
	v_run bigint;
begin
	insert into loan.verify_run (branch, state, public_keys, since_number, since_hash, loans, asked_by)
	values (v_branch, 'asked', p ->> 'public_key', v_number, v_hash, v_loans, p_actor)
	on conflict (branch) where state in ('asked', 'running') do nothing
	returning run_id into v_run;
	if v_run is null then
		select r.run_id into v_run from loan.verify_run r
		where r.branch = v_branch and r.state in ('asked', 'running') and r.asked_by = p_actor and r.loans = v_loans
			and r.public_keys = p ->> 'public_key' and (r.since_number, r.since_hash) is not distinct from (v_number, v_hash);
	end if;
	if v_run is null then
		raise exception 'a verification is asked for or running' using errcode = 'LN014';
	end if;
	return jsonb_build_object('run_id', v_run::text);
end $$;
comment on function api.verify_run(bigint, jsonb) is
	'asks for a verification of the branch with public keys from elsewhere (LN014 while another one is open)';

create or replace function api.verify_next(p_actor bigint)
returns table (run_id bigint, public_keys text, since_number integer, since_hash bytea, loans boolean)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query update loan.verify_run r set state = 'running' where r.branch = v_branch and r.state in ('asked', 'running')
	returning r.run_id, r.public_keys, r.since_number, r.since_hash, r.loans;
end $$;
comment on function api.verify_next(bigint) is 'the verification to be done, from its beginning';

create or replace function api.verify_done(p_actor bigint, p_run bigint, p_result jsonb, p_error text) returns void
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	update loan.verify_run r set state = case when p_error is null then 'done' else 'failed' end, finished_at = now(),
		result = p_result, error = p_error
	where r.branch = v_branch and r.run_id = p_run and r.state = 'running';
end $$;
comment on function api.verify_done(bigint, bigint, jsonb, text) is 'a verification ends with what it found, or with why it could not';

create or replace function api.verify_status(p_actor bigint) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return jsonb_build_object('seal', api.seal_state(p_actor), 'run', (
		select jsonb_build_object('run_id', r.run_id::text, 'state', r.state, 'asked_at', r.asked_at, 'finished_at', r.finished_at,
			'error', r.error) || coalesce(r.result, '{}')
		from loan.verify_run r where r.branch = v_branch and loan.scope_all() order by r.run_id desc limit 1));
end $$;
comment on function api.verify_status(bigint) is
	'the last seal; the newest verification with what it found for who sees the whole branch: it names rows of all of it';

-- ---- what the worker reads ----

create or replace function api.verify_seals(p_actor bigint, p_after integer, p_limit integer)
returns table (branch smallint, number integer, from_day date, business_date date, closes boolean, closed_at text,
	first_position bigint, last_position bigint, leaves bigint, root bytea, salt bytea, previous bytea, hash bytea, key_id bytea,
	signature bytea)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select s.branch, s.number, s.from_day, s.business_date, s.closes,
		to_char(s.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), s.first_position, s.last_position, s.leaves,
		s.root, s.salt, s.previous, s.hash, s.key_id, s.signature
	from loan.seal s where s.branch = v_branch and s.number > p_after order by s.number limit p_limit;
end $$;
comment on function api.verify_seals(bigint, integer, integer) is 'seals as stored, in order';

create or replace function api.verify_pages(p_actor bigint, p_number integer, p_after integer, p_limit integer)
returns table (page integer, root bytea, hashes bytea, names text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select g.page, g.root, g.hashes, g.names from loan.seal_page g
	where g.branch = v_branch and g.number = p_number and g.page > p_after order by g.page limit p_limit;
end $$;
comment on function api.verify_pages(bigint, integer, integer, integer) is 'pages of a seal as stored, in order';

-- Positions are 1, 2, 3... without a gap.
create or replace function api.verify_positions(p_actor bigint)
returns table (entries bigint, last_position bigint, after_gap bigint, orphan text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	select count(*), coalesce(max(e.position), 0) into entries, last_position from loan.entry e
	where e.branch = v_branch and e.position is not null;
	return next;
	for after_gap in
		select g.position from (
			select e.position, coalesce(lag(e.position) over (order by e.position), 0) as before from loan.entry e
			where e.branch = v_branch and e.position is not null) g
		where g.position <> g.before + 1 order by 1 limit 100
	loop
		return next;
	end loop;
	after_gap := null;
	for orphan in select o from loan.seal_orphans(v_branch) o limit 100 loop
		return next;
	end loop;
end $$;
comment on function api.verify_positions(bigint) is
	'how many entries have a position and the last; then a row a gap (the position after it); then a row an orphan';

create or replace function api.verify_loans(p_actor bigint, p_after bigint, p_limit integer)
returns table (loan_id bigint, whole boolean)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select l.loan_id, exists (select from loan.contract c where c.branch = v_branch and c.loan_id = l.loan_id)
		and exists (select from loan.state s where s.branch = v_branch and s.loan_id = l.loan_id)
	from (
		(select c.loan_id from loan.contract c where c.branch = v_branch and c.loan_id > p_after order by 1 limit p_limit)
		union
		(select s.loan_id from loan.state s where s.branch = v_branch and s.loan_id > p_after order by 1 limit p_limit)
	) l order by l.loan_id limit p_limit;
end $$;
comment on function api.verify_loans(bigint, bigint, integer) is 'numbers of loans in order, with whether contract and state are there';

create or replace function api.verify_postings(p_actor bigint, p_loans bigint[])
returns table (loan_id bigint, on_day integer, a smallint, b smallint, net bigint)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select p.loan_id, loan.days(p.effective_on), least(p.debit, p.credit), greatest(p.debit, p.credit),
		sum(case when p.debit < p.credit then p.amount else -p.amount end)::bigint
	from (select distinct l from unnest(p_loans) l) n
	join loan.posting p on p.branch = v_branch and p.loan_id = n.l
	group by 1, 2, 3, 4 having sum(case when p.debit < p.credit then p.amount else -p.amount end) <> 0
	order by 1, 2, 3, 4;
end $$;
comment on function api.verify_postings(bigint, bigint[]) is
	'what the postings of the loans come to: by day and two accounts a < b, debit a less credit a';

-- What C made of the summaries, by cell: the matrix of loan.write_deltas.
create or replace function api.verify_cells(p_actor bigint, p_deltas bigint[])
returns table (cell_id integer, status smallint, effective_on date, loans bigint, in_term bigint, overdue bigint, frozen bigint,
	grace bigint, overdue_grace bigint, it_dong bigint, it_units bigint, od_dong bigint, od_units bigint, gr_dong bigint,
	gr_units bigint)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query with d as materialized (
		select p_deltas[i][1] as loan_id, p_deltas[i][2]::integer as place, p_deltas[i][17]::integer as line,
			p_deltas[i][3]::smallint as status, loan.day(p_deltas[i][4]) as effective_on, p_deltas[i][5] as loans,
			p_deltas[i][6] as in_term, p_deltas[i][7] as overdue, p_deltas[i][8] as frozen, p_deltas[i][9] as grace,
			p_deltas[i][10] as overdue_grace, p_deltas[i][11] as it_dong, p_deltas[i][12] as it_units,
			p_deltas[i][13] as od_dong, p_deltas[i][14] as od_units, p_deltas[i][15] as gr_dong, p_deltas[i][16] as gr_units
		from generate_subscripts(p_deltas, 1) i
	), cell as materialized (
		select k.loan_id, k.place, k.line, case when (k.place, k.line) = (s.place, s.line) then s.cell_id
			else loan.cell_of(v_branch, k.loan_id, k.place, k.line) end as cell_id
		from (select distinct d.loan_id, d.place, d.line from d) k
		join loan.state s on s.branch = v_branch and s.loan_id = k.loan_id
	)
	select c.cell_id, d.status, d.effective_on, sum(d.loans)::bigint, sum(d.in_term)::bigint, sum(d.overdue)::bigint,
		sum(d.frozen)::bigint, sum(d.grace)::bigint, sum(d.overdue_grace)::bigint, sum(d.it_dong)::bigint, sum(d.it_units)::bigint,
		sum(d.od_dong)::bigint, sum(d.od_units)::bigint, sum(d.gr_dong)::bigint, sum(d.gr_units)::bigint
	from d join cell c on c.loan_id = d.loan_id and c.place = d.place and c.line = d.line
	group by 1, 2, 3;
end $$;
comment on function api.verify_cells(bigint, bigint[]) is 'changes of the summaries that the facts give, by cell, status and day';

create or replace function api.verify_deltas(p_actor bigint, p_after integer, p_cells integer)
returns table (cell_id integer, status smallint, effective_on date, loans bigint, in_term bigint, overdue bigint, frozen bigint,
	grace bigint, overdue_grace bigint, it_dong bigint, it_units bigint, od_dong bigint, od_units bigint, gr_dong bigint,
	gr_units bigint)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select d.cell_id, d.status, d.effective_on, sum(d.loans)::bigint, sum(d.in_term)::bigint, sum(d.overdue)::bigint,
		sum(d.frozen)::bigint, sum(d.grace)::bigint, sum(d.overdue_grace)::bigint, sum(d.interest_in_term_dong)::bigint,
		sum(d.interest_in_term_units)::bigint, sum(d.interest_overdue_dong)::bigint, sum(d.interest_overdue_units)::bigint,
		sum(d.interest_grace_dong)::bigint, sum(d.interest_grace_units)::bigint
	from (select c.cell_id from loan.cell c where c.branch = v_branch and c.cell_id > p_after order by 1 limit p_cells) k
	join loan.portfolio_delta d on d.branch = v_branch and d.cell_id = k.cell_id
	group by 1, 2, 3 order by 1;
end $$;
comment on function api.verify_deltas(bigint, integer, integer) is 'changes of the summaries as stored, of some cells: by cell, status and day';

-- Deposits add up to their facts, and to their postings.
create or replace function api.verify_deposits(p_actor bigint) returns table (deposits bigint, wrong text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	select count(*) into deposits from loan.deposit d where d.branch = v_branch;
	return next;
	for wrong in
		select format('deposit of household %s: balance %s, postings come to %s, %s facts of %s', coalesce(d.household_id, p.household_id),
			d.balance, coalesce(p.balance, 0), (select count(*) from loan.deposit_fact f where f.branch = v_branch
				and f.household_id = d.household_id), d.facts)
		from (select * from loan.deposit t where t.branch = v_branch) d
		full join (select p.household_id, sum(case when p.credit = 4232 then p.amount when p.debit = 4232 then -p.amount else 0 end)
			as balance from loan.deposit_posting p where p.branch = v_branch group by 1) p on p.household_id = d.household_id
		where coalesce(d.balance, -1) <> coalesce(p.balance, 0) or d.facts <> (select count(*) from loan.deposit_fact f
			where f.branch = v_branch and f.household_id = d.household_id)
		limit 100
	loop
		return next;
	end loop;
end $$;
comment on function api.verify_deposits(bigint) is 'how many deposits; then a row each that is not what its facts and postings come to';

reset role;
