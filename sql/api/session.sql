-- Sessions of a point: what its groups are asked for, sheets posted with an outcome a line, corrections, cash, closing.
set role vonvay_owner;

create or replace function loan.session_point(p_branch smallint, p_point text) returns integer language plpgsql stable as $$
declare
	v_point integer := (select t.point_id from loan.point t where t.branch = p_branch and t.code = p_point);
begin
	if v_point is null then
		raise exception 'no transaction point %', p_point using errcode = 'LN404', column = 'point';
	end if;
	return v_point;
end $$;
comment on function loan.session_point(smallint, text) is 'number of a transaction point by its code (LN404)';

-- Open loans of a group count even when their borrower has left it; an empty group has no sheet.
create or replace function loan.session_groups(p_branch smallint, p_point integer, p_on date) returns setof bigint language sql stable as $$
	select g.group_id from loan.credit_group g
	where g.branch = p_branch and g.point_id = p_point and g.formed_on <= p_on and (g.dissolved_on is null or g.dissolved_on > p_on)
		and (exists (select from loan.group_member m where m.branch = p_branch and m.group_id = g.group_id and m.from_on <= p_on
				and (m.until_on is null or m.until_on > p_on))
			or exists (select from loan.group_loans_on(p_branch, g.group_id, p_on)))
$$;
comment on function loan.session_groups(smallint, integer, date) is 'groups that come to a session: with members of that day, or loans';

create or replace function loan.deposit_on(p_branch smallint, p_household bigint, p_on date) returns bigint language sql stable as $$
	select coalesce(sum(case when f.kind in (2, 4) then -f.amount else f.amount end), 0)::bigint
	from loan.deposit_fact f
	where f.branch = p_branch and f.household_id = p_household and f.kind <> 5 and f.effective_on <= p_on and not exists (
		select from loan.deposit_fact r where r.branch = p_branch and r.household_id = p_household and r.reverses = f.no)
$$;
comment on function loan.deposit_on(smallint, bigint, date) is 'balance of a deposit at the end of a day';

-- A sheet all of whose lines were refused is none.
create or replace function loan.session_sheet_state(p_branch smallint, p_point integer, p_on date, p_group bigint) returns text
language sql stable as $$
	select coalesce((select case
			when bool_or(s.kind = 'posted' and (s.lines_posted > 0 or s.lines_refused = 0)) then 'posted'
			when bool_or(s.kind = 'excused') then 'excused' end
		from loan.session_sheet s
		where s.branch = p_branch and s.point_id = p_point and s.session_on = p_on and s.group_id = p_group), 'open')
$$;
comment on function loan.session_sheet_state(smallint, integer, date, bigint) is 'posted, excused or open: the sheet of a group for a session';

-- A session is closed once and for all; who posts holds the row until he has.
create or replace function loan.session_open(p_branch smallint, p_entry bigint, p_point integer, p_on date) returns void
language plpgsql as $$
declare
	v_closed date;
begin
	insert into loan.session (branch, point_id, session_on, entry_id) values (p_branch, p_point, p_on, p_entry) on conflict do nothing;
	select s.closed_on into v_closed from loan.session s
	where s.branch = p_branch and s.point_id = p_point and s.session_on = p_on for share;
	if v_closed is not null then
		raise exception 'the session of % was closed on %: record a payment of an earlier day', p_on, v_closed
			using errcode = 'LN019', column = 'session_on';
	end if;
end $$;
comment on function loan.session_open(smallint, bigint, integer, date) is 'the session takes posts until this transaction ends (LN019 when it is closed)';

create or replace function loan.session_write_sheet(p_branch smallint, p_entry bigint, p_business date, p_kind text, p jsonb) returns void
language plpgsql as $$
begin
	insert into loan.session_sheet (branch, entry_id, point_id, session_on, group_id, kind, posted_on, received_on, lines_posted,
		lines_refused, cash_expected, cash_counted, principal_expected, principal_counted, reason)
	values (p_branch, p_entry, (p ->> 'point_id')::integer, (p ->> 'session_on')::date, (p ->> 'group')::bigint, p_kind, p_business,
		(p ->> 'received_on')::date, (p ->> 'posted')::integer, (p ->> 'refused')::integer, (p ->> 'cash_expected')::bigint,
		(p ->> 'cash_counted')::bigint, (p ->> 'principal_expected')::bigint, (p ->> 'principal_counted')::bigint,
		coalesce(p ->> 'reason', ''));
	insert into loan.session_line (branch, entry_id, ordinal, point_id, session_on, group_id, household_id, loan_id, source, asked,
		interest, principal, deposit, withdraw, word, field, allocation, facts, deposit_facts)
	select p_branch, p_entry, l.ordinal, (p ->> 'point_id')::integer, (p ->> 'session_on')::date, (p ->> 'group')::bigint,
		l.household, nullif(l.loan, 0), l.source, l.asked, l.interest, l.principal, l.deposit, l.withdraw, l.word, l.field,
		l.allocation, l.facts, l.deposit_facts
	from jsonb_to_recordset(p -> 'lines') l (ordinal integer, household bigint, loan bigint, source smallint, asked bigint,
		interest bigint, principal bigint, deposit bigint, withdraw bigint, word text, field text, allocation bigint[],
		facts integer[], deposit_facts integer[]);
exception when unique_violation then
	raise exception 'a line of this sheet is being posted by another' using errcode = 'LN409';
end $$;
comment on function loan.session_write_sheet(smallint, bigint, date, text, jsonb) is
	'a sheet with its lines, as C decided; LN409 when a line of it was posted meanwhile';

reset role;
set role vonvay_api;

create or replace function api.session_loans(p_actor bigint, p_point integer, p_as_of date) returns setof bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query select l.loan_id from loan.credit_group g, loan.group_loans_on(v_branch, g.group_id, p_as_of) l
	where g.branch = v_branch and g.point_id = p_point order by 1;
end $$;
comment on function api.session_loans(bigint, integer, date) is 'loans that stood in the groups of a point on a day and were open, or were closed only after it';

create or replace function api.session_groups(p_actor bigint, p_point integer, p_on date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_data jsonb;
begin
	select jsonb_build_object(
		'closed_on', (select s.closed_on from loan.session s where s.branch = v_branch and s.point_id = p_point and s.session_on = p_on),
		'groups', coalesce(jsonb_agg(jsonb_build_object('group', g.group_id, 'name', g.name, 'organisation', o.word,
			'leader', loan.group_leader_on(v_branch, g.group_id, p_on),
			'state', loan.session_sheet_state(v_branch, p_point, p_on, g.group_id),
			'members', (select coalesce(jsonb_agg(jsonb_build_object('household', h.household_id, 'name', h.name,
					'deposit', loan.deposit_on(v_branch, h.household_id, p_on)) order by h.search, h.household_id), '[]')
				from loan.group_member m join loan.household h on h.branch = v_branch and h.household_id = m.household_id
				where m.branch = v_branch and m.group_id = g.group_id and m.from_on <= p_on
					and (m.until_on is null or m.until_on > p_on)),
			'posted', (select coalesce(jsonb_agg(jsonb_build_object('household', l.household_id, 'loan', coalesce(l.loan_id, 0))), '[]')
				from loan.session_line l where l.branch = v_branch and l.group_id = g.group_id and l.session_on = p_on
					and l.word is null and l.superseded_by is null)) order by g.group_id), '[]'))
	into v_data
	from loan.session_groups(v_branch, p_point, p_on) n
	join loan.credit_group g on g.branch = v_branch and g.group_id = n
	join loan.organisation o on o.organisation = g.organisation;
	return v_data;
end $$;
comment on function api.session_groups(bigint, integer, date) is 'the groups of a session with members, their deposits and what is posted';

create or replace function api.session_read(p_actor bigint, p_group bigint, p_on date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_data jsonb;
begin
	select jsonb_build_object('group', g.group_id, 'name', g.name, 'point_id', g.point_id,
		'there', g.formed_on <= p_on and (g.dissolved_on is null or g.dissolved_on > p_on),
		'closed_on', (select s.closed_on from loan.session s
			where s.branch = v_branch and s.point_id = g.point_id and s.session_on = p_on),
		'members', (select coalesce(jsonb_agg(m.household_id), '[]') from loan.group_member m
			where m.branch = v_branch and m.group_id = p_group and m.from_on <= p_on and (m.until_on is null or m.until_on > p_on)),
		'loans', (select coalesce(jsonb_agg(jsonb_build_object('loan', l.loan_id, 'household', l.household_id)), '[]')
			from loan.group_loans_on(v_branch, p_group, p_on) l),
		'posted', (select coalesce(jsonb_agg(jsonb_build_object('entry', l.entry_id, 'ordinal', l.ordinal,
				'household', l.household_id, 'loan', coalesce(l.loan_id, 0), 'source', l.source, 'interest', l.interest,
				'principal', l.principal, 'deposit', l.deposit, 'withdraw', l.withdraw, 'facts', l.facts,
				'deposit_facts', l.deposit_facts)), '[]')
			from loan.session_line l where l.branch = v_branch and l.group_id = p_group and l.session_on = p_on
				and l.word is null and l.superseded_by is null))
	into v_data
	from loan.credit_group g where g.branch = v_branch and g.group_id = p_group;
	if not found then
		raise exception 'no group %', lpad(p_group::text, 7, '0') using errcode = 'LN004', column = 'group';
	end if;
	return v_data;
end $$;
comment on function api.session_read(bigint, bigint, date) is 'what a post for a group has to know: members of the day, lines posted, whether the session is closed (LN004)';

create or replace function api.session_post(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[], p_deposits bigint[],
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'session.post', p_key, p_body_sha256, p_reply, p_business, p_reference);
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.session_open(head.branch, entry_id, (p ->> 'point_id')::integer, (p ->> 'session_on')::date);
	perform loan.refuse_stale(loan.write_batch(head.branch, entry_id, p_business, p_business, p_states, p_amounts, p_facts,
		p_openings, p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda));
	perform loan.deposit_write(head.branch, entry_id, p_deposits),
		loan.session_write_sheet(head.branch, entry_id, p_business, 'posted', p);
end $$;
comment on function api.session_post(bigint, smallint, uuid, bytea, text, date, bigint, bigint[], bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], jsonb) is
	'session.post: a group''s sheet, the lines that stand with their facts, the refused ones with why, in one transaction';

create or replace function api.session_correct(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[], p_deposits bigint[],
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'session.correct', p_key, p_body_sha256, p_reply, p_business, p_reference);
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.session_open(head.branch, entry_id, (p ->> 'point_id')::integer, (p ->> 'session_on')::date);
	update loan.session_line l set superseded_by = head.entry_id
	where l.branch = head.branch and l.entry_id = (p ->> 'old_entry')::bigint and l.ordinal = (p ->> 'old_ordinal')::integer
		and l.superseded_by is null;
	if not found then
		raise exception 'the line was corrected by another' using errcode = 'LN409';
	end if;
	perform loan.refuse_stale(loan.write_batch(head.branch, entry_id, p_business, p_business, p_states, p_amounts, p_facts,
		p_openings, p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda));
	perform loan.deposit_write(head.branch, entry_id, p_deposits),
		loan.session_write_sheet(head.branch, entry_id, p_business, 'corrected', p);
end $$;
comment on function api.session_correct(bigint, smallint, uuid, bytea, text, date, bigint, bigint[], bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], jsonb) is
	'session.correct: a posted line is reversed and posted anew in one transaction';

create or replace function api.session_excuse(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'session.excuse', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_point integer;
	v_group bigint := (p ->> 'group')::bigint;
	v_on date := (p ->> 'session_on')::date;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	v_point := loan.session_point(head.branch, p ->> 'point');
	if not exists (select from loan.session_groups(head.branch, v_point, v_on) n where n = v_group) then
		raise exception 'group % does not come to this session', lpad(v_group::text, 7, '0') using errcode = 'LN004', column = 'group';
	end if;
	perform loan.session_open(head.branch, entry_id, v_point, v_on);
	if loan.session_sheet_state(head.branch, v_point, v_on, v_group) <> 'open' then
		raise exception 'the sheet of group % is posted, or excused already', lpad(v_group::text, 7, '0')
			using errcode = 'LN014', column = 'group';
	end if;
	perform loan.session_write_sheet(head.branch, entry_id, p_business, 'excused', jsonb_build_object('point_id', v_point,
		'session_on', v_on, 'group', v_group, 'received_on', p_business, 'posted', 0, 'refused', 0, 'cash_expected', 0,
		'cash_counted', 0, 'principal_expected', 0, 'principal_counted', 0, 'reason', p ->> 'reason', 'lines', '[]'::jsonb));
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('point', p ->> 'point', 'session_on', v_on,
		'group', lpad(v_group::text, 7, '0'), 'state', 'excused', 'reason', p ->> 'reason')::text);
end $$;
comment on function api.session_excuse(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'session.excuse: why a group has no sheet at a session (LN014 when it has one)';

create or replace function api.session_close(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'session.close', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_point integer;
	v_on date := (p ->> 'session_on')::date;
	v_missing text;
	v_sheets record;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	v_point := loan.session_point(head.branch, p ->> 'point');
	perform loan.refuse_part_of_point(v_point);
	insert into loan.session (branch, point_id, session_on, entry_id) values (head.branch, v_point, v_on, entry_id) on conflict do nothing;
	update loan.session s set closed_on = p_business, closed_at = now(), close_entry = head.entry_id
	where s.branch = head.branch and s.point_id = v_point and s.session_on = v_on and s.closed_on is null;
	if not found then
		raise exception 'the session of % is closed already', v_on using errcode = 'LN019', column = 'session_on';
	end if;
	select string_agg(lpad(n::text, 7, '0'), ', ' order by n) into v_missing
	from loan.session_groups(head.branch, v_point, v_on) n
	where loan.session_sheet_state(head.branch, v_point, v_on, n) = 'open';
	if v_missing is not null then
		raise exception 'no sheet of: %', v_missing using errcode = 'LN020', column = 'session_on';
	end if;
	perform loan.reference_raise();
	perform loan.audit_add(head.branch, entry_id, 'session', (p ->> 'point') || ' ' || v_on, '{closed_on}');
	select count(distinct s.group_id) filter (where s.kind <> 'excused') as posted,
		count(distinct s.group_id) filter (where s.kind = 'excused') as excused,
		coalesce(sum(s.cash_counted - s.cash_expected), 0) as cash,
		coalesce(sum(s.principal_counted - s.principal_expected), 0) as principal into v_sheets
	from loan.session_sheet s where s.branch = head.branch and s.point_id = v_point and s.session_on = v_on;
	reply := loan.write_reply(p_actor, p_key, jsonb_build_object('point', p ->> 'point', 'session_on', v_on, 'closed_on', p_business,
		'posted', v_sheets.posted, 'excused', v_sheets.excused, 'cash_difference', v_sheets.cash,
		'principal_difference', v_sheets.principal)::text);
end $$;
comment on function api.session_close(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is
	'session.close: by who sees all groups of the point (LN403), only with every group posted or excused (LN020), once (LN019); the reference data change with it';

create or replace function api.session_status(p_actor bigint, p_point text, p_on date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_point integer := loan.session_point(v_branch, p_point);
	v_data jsonb;
begin
	with sheet as (
		select n as group_id, g.name, loan.group_leader_on(v_branch, n, p_on) as leader,
			loan.session_sheet_state(v_branch, v_point, p_on, n) as state, x.*
		from loan.session_groups(v_branch, v_point, p_on) n
		join loan.credit_group g on g.branch = v_branch and g.group_id = n
		left join lateral (select min(s.posted_on) as posted_on, max(s.received_on) as received_on,
				coalesce(bool_or(s.kind = 'posted' and s.posted_on = p_on), false) as on_the_day,
				(select count(*) from loan.session_line l where l.branch = v_branch and l.group_id = n and l.session_on = p_on
					and l.word is null and l.superseded_by is null) as lines_posted,
				sum(s.lines_refused) as lines_refused, count(*) filter (where s.kind = 'corrected') as corrections,
				sum(s.cash_expected) as cash_expected, sum(s.cash_counted) as cash_counted,
				sum(s.principal_expected) as principal_expected, sum(s.principal_counted) as principal_counted,
				string_agg(s.reason, '; ' order by s.entry_id) filter (where s.reason <> '') as reason
			from loan.session_sheet s
			where s.branch = v_branch and s.point_id = v_point and s.session_on = p_on and s.group_id = n
			having count(*) > 0) x on true
	)
	select jsonb_build_object('point', p_point, 'session_on', p_on,
		'state', case when s.closed_on is null then 'open' else 'closed' end, 'closed_on', s.closed_on,
		'closed_at', s.closed_at, 'closed_by', (select f.name from loan.entry e join loan.staff f on f.staff_id = e.actor
			where e.branch = v_branch and e.entry_id = s.close_entry),
		'transfers', case when s.closed_on is null then 'waiting'
			when exists (select from loan.sweep_point w where w.branch = v_branch and w.point_id = v_point and w.session_upto >= p_on)
			then 'done' else 'running' end,
		'groups', (select coalesce(jsonb_agg(jsonb_build_object('group', lpad(t.group_id::text, 7, '0'), 'name', t.name,
				'leader', t.leader, 'state', t.state, 'posted_on', t.posted_on, 'on_the_day', coalesce(t.on_the_day, false),
				'received_on', t.received_on,
				'lines_posted', coalesce(t.lines_posted, 0), 'lines_refused', coalesce(t.lines_refused, 0),
				'corrections', coalesce(t.corrections, 0), 'cash_expected', coalesce(t.cash_expected, 0),
				'cash_counted', coalesce(t.cash_counted, 0),
				'cash_difference', coalesce(t.cash_counted - t.cash_expected, 0),
				'principal_expected', coalesce(t.principal_expected, 0), 'principal_counted', coalesce(t.principal_counted, 0),
				'principal_difference', coalesce(t.principal_counted - t.principal_expected, 0), 'reason', t.reason)
				order by t.group_id), '[]') from sheet t),
		'total', (select jsonb_build_object('groups', count(*), 'open', count(*) filter (where t.state = 'open'),
				'cash_expected', coalesce(sum(t.cash_expected), 0), 'cash_counted', coalesce(sum(t.cash_counted), 0),
				'cash_difference', coalesce(sum(t.cash_counted - t.cash_expected), 0),
				'principal_expected', coalesce(sum(t.principal_expected), 0),
				'principal_counted', coalesce(sum(t.principal_counted), 0),
				'principal_difference', coalesce(sum(t.principal_counted - t.principal_expected), 0)) from sheet t))
	into v_data
	from (select 1) one left join loan.session s on s.branch = v_branch and s.point_id = v_point and s.session_on = p_on;
	return v_data;
end $$;
comment on function api.session_status(bigint, text, date) is 'the state of each group of a session, what was expected and counted, whether it is closed (LN404)';

create or replace function api.session_cash(p_actor bigint, p_point text, p_on date) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_point integer := loan.session_point(v_branch, p_point);
	v_data jsonb;
begin
	with line as (
		select l.*, h.name, case when l.source = 0 then l.interest else 0 end as interest_cash,
			case when l.source = 0 then l.principal else 0 end as principal_cash
		from loan.session_line l join loan.household h on h.branch = v_branch and h.household_id = l.household_id
		where l.branch = v_branch and l.point_id = v_point and l.session_on = p_on and l.word is null and l.superseded_by is null
	), counted as (
		select coalesce(sum(s.cash_counted), 0) as cash, coalesce(sum(s.principal_counted), 0) as principal
		from loan.session_sheet s where s.branch = v_branch and s.point_id = v_point and s.session_on = p_on
	), lent as (
		select f.loan_id, f.amount, h.name, s.household_id from loan.fact f
		join loan.state s on s.branch = v_branch and s.loan_id = f.loan_id and s.point_id = v_point
		join loan.household h on h.branch = v_branch and h.household_id = s.household_id
		where f.branch = v_branch and f.kind = 2 and f.effective_on = p_on and not exists (
			select from loan.fact r where r.branch = v_branch and r.loan_id = f.loan_id and r.reverses = f.no)
	)
	select jsonb_build_object('point', p_point, 'session_on', p_on,
		'lines', (select coalesce(jsonb_agg(jsonb_build_object('group', lpad(l.group_id::text, 7, '0'),
				'household', lpad(l.household_id::text, 10, '0'), 'name', l.name, 'loan', l.loan_id::text,
				'interest', l.interest_cash, 'principal', l.principal_cash, 'deposit', l.deposit, 'withdraw', l.withdraw)
				order by l.group_id, l.entry_id, l.ordinal), '[]')
			from line l where l.interest_cash + l.principal_cash + l.deposit + l.withdraw > 0),
		'lent', (select coalesce(jsonb_agg(jsonb_build_object('household', lpad(t.household_id::text, 10, '0'), 'name', t.name,
				'loan', t.loan_id::text, 'amount', t.amount) order by t.loan_id), '[]') from lent t),
		'total', (select jsonb_build_object('interest', coalesce(sum(l.interest_cash), 0), 'principal', coalesce(sum(l.principal_cash), 0),
				'deposit', coalesce(sum(l.deposit), 0), 'withdraw', coalesce(sum(l.withdraw), 0),
				'received', coalesce(sum(l.interest_cash + l.principal_cash + l.deposit), 0),
				'paid_out', coalesce(sum(l.withdraw), 0) + (select coalesce(sum(t.amount), 0) from lent t),
				'lent', (select coalesce(sum(t.amount), 0) from lent t),
				'cash_counted', (select c.cash from counted c), 'principal_counted', (select c.principal from counted c),
				'difference', (select c.cash + c.principal from counted c)
					- coalesce(sum(l.interest_cash + l.principal_cash + l.deposit - l.withdraw), 0)) from line l))
	into v_data;
	return v_data;
end $$;
comment on function api.session_cash(bigint, text, date) is 'the cash journal of a session: lines posted, loans lent that day, sums beside what was counted (LN404)';

create or replace function api.session_line_of(p_actor bigint, p_loan bigint, p_household bigint, p_fact integer)
returns table (point_id integer, session_on date, group_id bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query select l.point_id, l.session_on, l.group_id from loan.session_line l
	where l.branch = v_branch and l.word is null and l.superseded_by is null
		and case when p_loan is not null then l.loan_id = p_loan and p_fact = any (l.facts)
			else l.household_id = p_household and p_fact = any (l.deposit_facts) end
		and not exists (select from loan.session s where s.branch = v_branch and s.point_id = l.point_id
			and s.session_on = l.session_on and s.closed_on is not null);
end $$;
comment on function api.session_line_of(bigint, bigint, bigint, integer) is
	'the line of a session not closed by hand that a fact of a loan (else: of a household''s deposit) stands on';

create or replace function api.session_next(p_actor bigint) returns table (point_id integer, business_date date)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select s.point_id, b.business_date
	from (select c.point_id, max(c.session_on) as upto from loan.session c
		where c.branch = v_branch and c.closed_on is not null group by c.point_id) s
	join loan.business b on b.branch = v_branch
	left join loan.sweep_point w on w.branch = v_branch and w.point_id = s.point_id
	where w.session_upto is null or w.session_upto < s.upto
	order by s.point_id;
end $$;
comment on function api.session_next(bigint) is 'points with a closed session whose transfers are still to be made, with the business date';

reset role;
