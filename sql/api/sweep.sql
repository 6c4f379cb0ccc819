-- The night: who may sweep (lease with a fencing number), which day is next, chunks with their checkpoint, retry and held.
set role vonvay_owner;

-- The row stays locked until the transaction ends, so nobody takes the lease over in the middle of a chunk.
create or replace function loan.lease_check(p_fencing bigint) returns void language plpgsql as $$
begin
	perform from loan.lease l where l.name = 'sweep' and l.fencing = p_fencing and l.until > now() for share;
	if not found then
		raise exception 'the lease with number % is lost', p_fencing using errcode = 'LN421';
	end if;
end $$;
comment on function loan.lease_check(bigint) is 'refuses the work of who no longer holds the lease of the sweep (LN421)';

create or replace function loan.sweep_enter(p_actor bigint, p_fencing bigint) returns smallint language plpgsql as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	perform loan.lease_check(p_fencing);
	return v_branch;
end $$;
comment on function loan.sweep_enter(bigint, bigint) is 'enter_all() for the holder of the lease';

create or replace function loan.sweep_finish(p_branch smallint, p_run bigint, p_day date) returns void language sql as $$
	update loan.sweep_run set state = 'done', finished_at = now()
	where branch = p_branch and run_id = p_run and until_on <= p_day and state = 'running'
$$;
comment on function loan.sweep_finish(smallint, bigint, date) is 'a run is done after its last day';

-- Live rows of the summaries become one row a cell, status, effective and recorded day: sums stay what they are.
-- p_cells null: all cells.
create or replace function loan.portfolio_fold_cells(p_branch smallint, p_upto date, p_cells integer[]) returns void
language sql as $$
	with folded as (
		delete from loan.portfolio_delta d
		where d.branch = p_branch and not d.folded and d.recorded_on <= p_upto
			and (p_cells is null or d.cell_id = any (p_cells))
		returning d.*
	)
	insert into loan.portfolio_delta (branch, cell_id, status, effective_on, recorded_on, loans, in_term, overdue, frozen,
		grace, overdue_grace, interest_in_term_dong, interest_in_term_units, interest_overdue_dong,
		interest_overdue_units, interest_grace_dong, interest_grace_units, folded)
	select p_branch, cell_id, status, effective_on, recorded_on, sum(loans), sum(in_term), sum(overdue), sum(frozen),
		sum(grace), sum(overdue_grace), sum(interest_in_term_dong), sum(interest_in_term_units),
		sum(interest_overdue_dong), sum(interest_overdue_units), sum(interest_grace_dong), sum(interest_grace_units), true
	from folded
	group by cell_id, status, effective_on, recorded_on
	having (sum(loans), sum(in_term), sum(overdue), sum(frozen), sum(grace), sum(overdue_grace),
		sum(interest_in_term_dong), sum(interest_in_term_units), sum(interest_overdue_dong), sum(interest_overdue_units),
		sum(interest_grace_dong), sum(interest_grace_units)) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
$$;
comment on function loan.portfolio_fold_cells(smallint, date, integer[]) is
	'folds the changes of some cells recorded up to a day that are not folded yet';

create or replace function loan.portfolio_fold(p_branch smallint, p_upto date) returns void language sql as $$
	select loan.portfolio_fold_cells(p_branch, p_upto, null)
$$;
comment on function loan.portfolio_fold(smallint, date) is 'folds the changes recorded up to a day that are not folded yet';

create or replace function loan.business_begin(p_branch smallint, p_on date) returns void language plpgsql as $$
begin
	if exists (select from loan.sweep_day d where d.branch = p_branch) then
		raise exception 'a night has run already: the beginning stays where it is' using errcode = 'LN014';
	end if;
	if p_on < '2018-01-01' or exists (select from loan.fact f where f.branch = p_branch and f.effective_on < p_on) then
		raise exception 'there are facts before %, or it lies before 2018-01-01', p_on using errcode = 'LN007';
	end if;
	update loan.business set business_date = p_on, swept_until = p_on, began_on = p_on where branch = p_branch;
end $$;
comment on function loan.business_begin(smallint, date) is
	'the day before the first night; only while none has run (LN014), and no fact may lie before it (LN007)';

reset role;
set role vonvay_api;

create or replace function api.job_actors() returns table (night bigint, import bigint, branch smallint)
language sql stable security definer set search_path = '' as $$
	select n.staff_id, i.staff_id, n.branch from loan.staff n, loan.staff i where n.name = 'night' and i.name = 'import'
$$;
comment on function api.job_actors() is 'as whom the worker acts';

create or replace function api.lease_take(p_actor bigint, p_name text, p_holder text, p_fencing bigint, p_seconds integer)
returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_fencing bigint;
begin
	if p_fencing <> 0 then
		update loan.lease l set until = now() + make_interval(secs => p_seconds)
		where l.name = p_name and l.fencing = p_fencing and l.holder = p_holder returning l.fencing into v_fencing;
		return coalesce(v_fencing, 0);
	end if;
	insert into loan.lease as l (name, holder, fencing, until)
	values (p_name, p_holder, 1, now() + make_interval(secs => p_seconds))
	on conflict (name) do update set holder = excluded.holder, fencing = l.fencing + 1, until = excluded.until
	where l.until <= now() or l.holder = excluded.holder
	returning l.fencing into v_fencing;
	return coalesce(v_fencing, 0);
end $$;
comment on function api.lease_take(bigint, text, text, bigint, integer) is
	'takes (p_fencing 0) or keeps a lease; its fencing number, 0 when somebody else has it; 0 seconds give it back';

create or replace function api.business_begin(p_actor bigint, p_on date) returns void
language plpgsql security definer set search_path = '' as $$
begin
	perform loan.business_begin(loan.enter_all(p_actor), p_on);
end $$;
comment on function api.business_begin(bigint, date) is 'sets the day before the first night, while none has run';

create or replace function api.sweep_run(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_until date, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'sweep.run', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_until date := coalesce(p_until, loan.today());
	v_from date;
	v_run bigint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	if exists (select from loan.sweep_run r where r.branch = head.branch and r.state in ('asked', 'running')) then
		raise exception 'a sweep is asked for or running' using errcode = 'LN011';
	end if;
	select b.swept_until + 1 into v_from from loan.business b where b.branch = head.branch;
	if v_until < v_from then
		raise exception 'swept until % already', v_from - 1 using errcode = 'LN007';
	end if;
	begin
		insert into loan.sweep_run (branch, from_on, until_on, state, asked_by)
		values (head.branch, v_from, v_until, 'asked', p_actor) returning run_id into v_run;
	exception when unique_violation then
		raise exception 'a sweep is asked for or running' using errcode = 'LN011';
	end;
	perform loan.audit_add(head.branch, entry_id, 'sweep', v_run::text, '{until_on}');
	reply := loan.write_reply(p_actor, p_key,
		format('{"run_id":"%s","from_on":"%s","until_on":"%s"}', v_run, v_from, v_until));
end $$;
comment on function api.sweep_run(bigint, smallint, uuid, bytea, text, date, bigint, date) is
	'asks for the nights up to a day, null: today (LN011 while a run is open); makes the reply itself';

create or replace function api.sweep_next(p_actor bigint)
returns table (run_id bigint, day date, until_on date, state text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select r.run_id, b.swept_until + 1, r.until_on, r.state
	from loan.sweep_run r join loan.business b on b.branch = r.branch
	where r.branch = v_branch and r.state in ('asked', 'running') and b.swept_until < r.until_on;
end $$;
comment on function api.sweep_next(bigint) is 'the run to do with its next day; no row: nothing to do';

create or replace function api.sweep_begin_day(p_actor bigint, p_fencing bigint, p_run bigint, p_day date) returns void
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.sweep_enter(p_actor, p_fencing);
begin
	update loan.sweep_run r set state = 'running'
	where r.branch = v_branch and r.run_id = p_run and r.state in ('asked', 'running') and p_day <= r.until_on;
	if not found then
		raise exception 'no run % for %', p_run, p_day using errcode = 'LN404';
	end if;
	update loan.business b set business_date = greatest(b.business_date, p_day)
	where b.branch = v_branch and b.swept_until < p_day;
	if not found then
		raise exception '% is swept already', p_day using errcode = 'LN007';
	end if;
end $$;
comment on function api.sweep_begin_day(bigint, bigint, bigint, date) is 'a night begins: its day is the business date; may be repeated';

create or replace function api.sweep_idle_days(p_actor bigint, p_fencing bigint, p_run bigint, p_from date, p_upto date)
returns date
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.sweep_enter(p_actor, p_fencing);
	v_swept date;
	v_upto date;
begin
	select b.swept_until into v_swept from loan.business b where b.branch = v_branch for no key update;
	select least(p_upto, r.until_on,
		(select a.due_on - 1 from loan.agenda a
			where a.branch = v_branch and a.reason >= 3 and a.due_on > v_swept order by a.due_on limit 1),
		(select h.on_day - 1 from loan.household_agenda h
			where h.branch = v_branch and h.on_day > v_swept order by h.on_day limit 1),
		(select min(t.on_day) - 1 from loan.sweep_retry t where t.branch = v_branch and not exists (
			select from loan.sweep_held x where x.branch = v_branch and x.loan_id = t.loan_id and x.released_at is null)))
	into v_upto
	from loan.sweep_run r where r.branch = v_branch and r.run_id = p_run and r.state in ('asked', 'running');
	if v_upto is null or p_from <> v_swept + 1 or v_upto < p_from then
		return null;
	end if;
	insert into loan.sweep_day (branch, on_day, run_id, loans_read, loans_changed, transitions, households_changed)
	select v_branch, d::date, p_run, 0, 0, 0, 0 from generate_series(p_from, v_upto, interval '1 day') d;
	update loan.business b set business_date = greatest(b.business_date, v_upto), swept_until = v_upto where b.branch = v_branch;
	update loan.sweep_run r set state = 'running' where r.branch = v_branch and r.run_id = p_run and r.state = 'asked';
	perform loan.sweep_finish(v_branch, p_run, v_upto);
	return v_upto;
end $$;
comment on function api.sweep_idle_days(bigint, bigint, bigint, date, date) is
	'ends at once the days from p_from on that have no date-bound agenda and no retry; the last one ended, or null';

create or replace function api.sweep_points(p_actor bigint) returns table (point_id integer, session_upto date)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select p.point_id, s.session_upto
	from loan.point p left join loan.sweep_point s on s.branch = p.branch and s.point_id = p.point_id
	where p.branch = v_branch order by p.point_id;
end $$;
comment on function api.sweep_points(bigint) is 'every transaction point and up to which session it is swept';

create or replace function api.sweep_agenda(p_actor bigint, p_point integer, p_from date, p_before date, p_after_loan bigint,
	p_limit integer) returns setof bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select distinct a.loan_id from loan.agenda a
	where a.branch = v_branch and a.point_id = p_point and a.due_on >= p_from and a.due_on < p_before
		and a.reason in (1, 2) and a.loan_id > p_after_loan
	order by a.loan_id limit p_limit;
end $$;
comment on function api.sweep_agenda(bigint, integer, date, date, bigint, integer) is
	'loans with an instalment or a maturity of a point in [p_from, p_before), from p_after_loan on';

create or replace function api.sweep_agenda_dates(p_actor bigint, p_from date, p_upto date, p_after_loan bigint, p_limit integer)
returns setof bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select distinct a.loan_id from loan.agenda a
	where a.branch = v_branch and a.reason >= 3 and a.due_on > p_from and a.due_on <= p_upto and a.loan_id > p_after_loan
	order by a.loan_id limit p_limit;
end $$;
comment on function api.sweep_agenda_dates(bigint, date, date, bigint, integer) is
	'loans whose grace, freeze or relief ends in (p_from, p_upto], from p_after_loan on';

create or replace function api.sweep_chunk(
	p_actor bigint, p_fencing bigint, p_day date, p_point integer, p_session date, p_after_loan bigint, p_last_loan bigint,
	p_read integer, p_loans bigint[], p_business date, p_reference bigint,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[],
	out entry_id bigint, out stale bigint[])
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.sweep_enter(p_actor, p_fencing);
	v_changed integer := coalesce(array_length(p_states, 1), 0);
	v_transitions integer;
begin
	entry_id := 0;
	stale := '{}';
	if p_point <> -1 and exists (select from loan.sweep_chunk c where c.branch = v_branch and c.on_day = p_day
			and c.point_id = p_point and c.session_on = p_session and c.after_loan = p_after_loan) then
		return;
	end if;
	perform loan.check_business(v_branch, p_business, p_reference);
	if v_changed > 0 then
		stale := loan.write_lock(v_branch, p_states);
	end if;
	if v_changed > cardinality(stale) then
		entry_id := loan.entry_make(v_branch, p_actor, 2::smallint, 'sweep.chunk', p_business);
		stale := loan.write_batch(v_branch, entry_id, p_business, p_business, p_states, p_amounts, p_facts, p_openings,
			p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda);
	end if;
	v_changed := v_changed - cardinality(stale);
	select count(*) into v_transitions from generate_subscripts(p_transitions, 1) i where p_transitions[i][1] <> all (stale);

	insert into loan.sweep_retry (branch, on_day, loan_id) select v_branch, p_day, s from unnest(stale) s
	on conflict do nothing;
	if p_point = -1 then
		delete from loan.sweep_retry r
		where r.branch = v_branch and r.on_day <= p_day and r.loan_id = any (p_loans) and r.loan_id <> all (stale);
	end if;
	insert into loan.sweep_chunk as c (branch, on_day, point_id, session_on, after_loan, last_loan, loans_read,
		loans_changed, transitions, entry_id)
	values (v_branch, p_day, p_point, p_session, p_after_loan, p_last_loan, p_read, v_changed, v_transitions,
		nullif(sweep_chunk.entry_id, 0))
	on conflict (branch, on_day, point_id, session_on, after_loan) do update set last_loan = excluded.last_loan,
		loans_read = c.loans_read + excluded.loans_read, loans_changed = c.loans_changed + excluded.loans_changed,
		transitions = c.transitions + excluded.transitions;
end $$;
comment on function api.sweep_chunk(bigint, bigint, date, integer, date, bigint, bigint, integer, bigint[], date, bigint,
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]) is
	'one chunk of a night with its checkpoint, once; what is stale goes to the retry list; point 0: by date, -1: from the retry list';

create or replace function api.sweep_chunks_done(p_actor bigint, p_day date)
returns table (point_id integer, session_on date, after_loan bigint, last_loan bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select c.point_id, c.session_on, c.after_loan, c.last_loan from loan.sweep_chunk c
	where c.branch = v_branch and c.on_day = p_day and c.point_id <> -1
	order by c.point_id, c.session_on, c.after_loan;
end $$;
comment on function api.sweep_chunks_done(bigint, date) is 'the checkpoints of a day';

create or replace function api.sweep_retry_list(p_actor bigint, p_day date, p_limit integer) returns setof bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select distinct r.loan_id from loan.sweep_retry r
	where r.branch = v_branch and r.on_day <= p_day and not exists (
		select from loan.sweep_held x where x.branch = v_branch and x.loan_id = r.loan_id and x.released_at is null)
	order by r.loan_id limit p_limit;
end $$;
comment on function api.sweep_retry_list(bigint, date, integer) is 'loans to be swept again before the day can end';

create or replace function api.sweep_hold(p_actor bigint, p_fencing bigint, p_day date, p_loan bigint, p_reason text) returns void
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.sweep_enter(p_actor, p_fencing);
begin
	insert into loan.sweep_held (branch, loan_id, on_day, reason) values (v_branch, p_loan, p_day, p_reason)
	on conflict (branch, loan_id) where released_at is null do nothing;
	delete from loan.sweep_retry r where r.branch = v_branch and r.loan_id = p_loan;
end $$;
comment on function api.sweep_hold(bigint, bigint, date, bigint, text) is 'a loan that can''t be decided waits for somebody; it still takes payments';

create or replace function api.sweep_session_done(p_actor bigint, p_fencing bigint, p_point integer, p_session date) returns void
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.sweep_enter(p_actor, p_fencing);
begin
	insert into loan.sweep_point as p (branch, point_id, session_upto) values (v_branch, p_point, p_session)
	on conflict (branch, point_id) do update set session_upto = greatest(p.session_upto, excluded.session_upto);
end $$;
comment on function api.sweep_session_done(bigint, bigint, integer, date) is 'a point is swept up to this session';

create or replace function api.sweep_fold(p_actor bigint, p_fencing bigint, p_day date, p_cells integer) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.sweep_enter(p_actor, p_fencing);
	v_cells integer[] := array(
		select distinct d.cell_id from loan.portfolio_delta d
		where d.branch = v_branch and not d.folded and d.recorded_on <= p_day limit p_cells);
begin
	if cardinality(v_cells) = 0 then
		return false;
	end if;
	perform loan.portfolio_fold_cells(v_branch, p_day, v_cells);
	return exists (select from loan.portfolio_delta d
		where d.branch = v_branch and not d.folded and d.recorded_on <= p_day);
end $$;
comment on function api.sweep_fold(bigint, bigint, date, integer) is
	'folds the summaries of some cells, before the day ends; true while there are more';

create or replace function api.sweep_end_day(p_actor bigint, p_fencing bigint, p_run bigint, p_day date, p_read bigint,
	p_changed bigint, p_transitions bigint, p_households bigint) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.sweep_enter(p_actor, p_fencing);
	v_swept date;
	chunks record;
begin
	select b.swept_until into v_swept from loan.business b where b.branch = v_branch;
	if v_swept >= p_day then
		return true;
	end if;
	if v_swept <> p_day - 1 then
		raise exception 'swept until %, the next day is not %', v_swept, p_day using errcode = 'LN007';
	end if;
	if exists (select from loan.sweep_retry r where r.branch = v_branch and r.on_day <= p_day and not exists (
			select from loan.sweep_held x where x.branch = v_branch and x.loan_id = r.loan_id and x.released_at is null)) then
		return false;
	end if;
	select coalesce(sum(c.loans_read), 0) as loans_read, coalesce(sum(c.loans_changed), 0) as loans_changed,
		coalesce(sum(c.transitions), 0) as transitions into chunks
	from loan.sweep_chunk c where c.branch = v_branch and c.on_day = p_day;
	insert into loan.sweep_day (branch, on_day, run_id, loans_read, loans_changed, transitions, households_changed)
	values (v_branch, p_day, p_run, coalesce(nullif(p_read, 0), chunks.loans_read),
		coalesce(nullif(p_changed, 0), chunks.loans_changed), coalesce(nullif(p_transitions, 0), chunks.transitions),
		p_households);
	perform loan.portfolio_fold(v_branch, p_day);
	update loan.business b set swept_until = p_day, business_date = greatest(b.business_date, p_day) where b.branch = v_branch;
	perform loan.sweep_finish(v_branch, p_run, p_day);
	return true;
end $$;
comment on function api.sweep_end_day(bigint, bigint, bigint, date, bigint, bigint, bigint, bigint) is
	'a night ends: swept_until, the day''s counters, summaries folded; false while loans have to be swept again';

create or replace function api.sweep_fail(p_actor bigint, p_run bigint, p_error text) returns void
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	update loan.sweep_run r set state = 'failed', error = p_error, finished_at = now()
	where r.branch = v_branch and r.run_id = p_run and r.state in ('asked', 'running');
end $$;
comment on function api.sweep_fail(bigint, bigint, text) is 'ends a run with its error';

create or replace function api.sweep_release(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_loan bigint, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'sweep.release', p_key, p_body_sha256, p_reply, p_business, p_reference);
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	update loan.sweep_held x set released_at = now(), released_by = p_actor
	where x.branch = head.branch and x.loan_id = p_loan and x.released_at is null;
	if not found then
		raise exception 'loan % is not held', p_loan using errcode = 'LN404', column = 'loan';
	end if;
	insert into loan.sweep_retry (branch, on_day, loan_id)
	select head.branch, b.swept_until + 1, p_loan from loan.business b where b.branch = head.branch
	on conflict do nothing;
	perform loan.audit_add(head.branch, entry_id, 'sweep_held', p_loan::text, '{released}');
end $$;
comment on function api.sweep_release(bigint, smallint, uuid, bytea, text, date, bigint, bigint) is
	'a held loan goes back to the next night (LN404 when it is not held)';

create or replace function api.sweep_held(p_actor bigint)
returns table (loan_id bigint, on_day date, reason text, held_at text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query select x.loan_id, x.on_day, x.reason, loan.moment(x.held_at) from loan.sweep_held x
	where x.branch = v_branch and x.released_at is null order by x.held_id;
end $$;
comment on function api.sweep_held(bigint) is 'loans the nights could not decide, with the reason';

create or replace function api.sweep_status(p_actor bigint) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_data jsonb;
begin
	select jsonb_build_object('business_date', b.business_date, 'swept_until', b.swept_until,
		'run', (select jsonb_build_object('run_id', r.run_id::text, 'from_on', r.from_on, 'until_on', r.until_on,
				'state', r.state, 'days_done', greatest(0, least(b.swept_until, r.until_on) - r.from_on + 1),
				'days_total', r.until_on - r.from_on + 1, 'at', b.business_date, 'error', r.error,
				'asked_at', r.asked_at, 'finished_at', r.finished_at)
			from loan.sweep_run r where r.branch = v_branch order by r.run_id desc limit 1),
		'last_day', (select to_jsonb(d) - '{branch,run_id}'::text[]
			from loan.sweep_day d where d.branch = v_branch order by d.on_day desc limit 1),
		'chunks', (select count(*) from loan.sweep_chunk c where c.branch = v_branch and c.on_day = b.swept_until + 1),
		'retry', (select count(*) from loan.sweep_retry r where r.branch = v_branch),
		'held', (select count(*) from loan.sweep_held x where x.branch = v_branch and x.released_at is null))
	into v_data
	from loan.business b where b.branch = v_branch;
	return v_data;
end $$;
comment on function api.sweep_status(bigint) is 'how far the nights have come: the newest run, the last day ended, retry and held';

reset role;
