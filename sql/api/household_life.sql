-- How households come apart, together and to an end. Who takes over and what is sealed anew is C's (`d`).
set role vonvay_owner;

create or replace function loan.household_deposit(p_branch smallint, p_household bigint) returns bigint language sql stable as $$
	select coalesce((select d.balance::bigint from loan.deposit d where d.branch = p_branch and d.household_id = p_household), 0)
$$;
comment on function loan.household_deposit(smallint, bigint) is 'member deposit of a household';

-- The members of a list, who go from one household to another on the same day.
create or replace function loan.members_go(p_branch smallint, p_from bigint, p_to bigint, p_members jsonb, p_on date, p_ended text,
	p_entry bigint) returns void language plpgsql as $$
declare
	m jsonb;
begin
	for m in select jsonb_array_elements(p_members) loop
		perform loan.member_end(p_branch, p_from, (m ->> 'old')::smallint, p_on, p_ended, p_entry);
		perform loan.member_add(p_branch, p_to, m, p_on, p_entry);
	end loop;
end $$;
comment on function loan.members_go(smallint, bigint, bigint, jsonb, date, text, bigint) is
	'members leave one household and are members of another from the same day on, with their personal data';

-- Who owes or has a deposit stays in its group, so that it is still seen and asked.
create or replace function loan.household_finish(p_branch smallint, p_household bigint, p_on date, p_ended text, p_into bigint,
	p_entry bigint) returns void language plpgsql as $$
declare
	m record;
begin
	if exists (select from loan.household_member x where x.branch = p_branch and x.household_id = p_household and x.representative) then
		perform loan.signer_set(p_branch, p_household, null, p_on, p_entry);
	end if;
	for m in select x.member_no from loan.household_member x
		where x.branch = p_branch and x.household_id = p_household and x.until_on is null order by x.member_no loop
		perform loan.member_end(p_branch, p_household, m.member_no, p_on, case p_ended when 'merged' then 'merged' else 'left' end,
			p_entry);
	end loop;
	if loan.household_loans_open(p_branch, p_household, null) = '[]' and loan.household_deposit(p_branch, p_household) = 0 then
		for m in select x.group_id from loan.group_member x
			where x.branch = p_branch and x.household_id = p_household and x.until_on is null and x.from_on < p_on loop
			perform loan.group_exit(p_branch, p_entry, m.group_id, array[p_household], p_on, 'household');
		end loop;
	end if;
	update loan.household h set left_on = p_on, ended = p_ended, merged_into = p_into
	where h.branch = p_branch and h.household_id = p_household;
	perform loan.household_changed(p_branch, p_household, p_on);
	perform loan.audit_add(p_branch, p_entry, 'household', p_household::text, '{left_on,ended}');
end $$;
comment on function loan.household_finish(smallint, bigint, date, text, bigint, bigint) is
	'a household is no more from a day on, nor are its members; its loans and its deposit stay';

-- d: "group" and "group_members_max", if it joins one.
create or replace function loan.household_join(p_branch smallint, p_entry bigint, p_household bigint, d jsonb, p_on date) returns void
language plpgsql as $$
begin
	if d ? 'group' then
		perform loan.group_lock(p_branch, (d ->> 'group')::bigint, p_on, 'group'),
			loan.group_enter(p_branch, p_entry, (d ->> 'group')::bigint, array[p_household], p_on, 'household'),
			loan.group_check_max(p_branch, (d ->> 'group')::bigint, p_on, (d ->> 'group_members_max')::integer, 'group');
	end if;
end $$;
comment on function loan.household_join(smallint, bigint, bigint, jsonb, date) is
	'a household joins a group as C decided: one that is there on the day and not full (LN016)';

create or replace function loan.household_died(p_branch smallint, p_household bigint, p jsonb, d jsonb, p_on date, p_entry bigint)
returns void language plpgsql as $$
begin
	if d ? 'heir' then
		perform loan.signer_set(p_branch, p_household, (d ->> 'heir')::smallint, p_on, p_entry);
	end if;
	perform loan.member_end(p_branch, p_household, (p ->> 'member')::smallint, p_on, 'died', p_entry);
	if (d ->> 'last')::boolean then
		perform loan.household_finish(p_branch, p_household, p_on, 'died', null, p_entry);
	end if;
end $$;
comment on function loan.household_died(smallint, bigint, jsonb, jsonb, date, bigint) is
	'a member has died; the heir signs from that day on; with the last member the household ends';

-- Loans of a household that a member signed who is one no more.
create or replace function loan.work_signer(p_branch smallint, p_on date) returns table (kind text, subject text,
	subject_id text, household_id bigint, group_id bigint, due_on date, detail jsonb) language sql stable as $$
	select 'signer', 'loan', s.loan_id::text, s.household_id, s.group_id, m.until_on,
		jsonb_build_object('member', m.member_no, 'name', m.name, 'ended', m.ended)
	from loan.state s
	join loan.household_member m on m.branch = p_branch and m.household_id = s.household_id and m.member_no = s.member_no
	where s.branch = p_branch and s.status between 1 and 3 and m.until_on <= p_on
$$;
comment on function loan.work_signer(smallint, date) is 'work: open loans whose signer has died or left, to be moved to an heir';

reset role;
set role vonvay_api;

create or replace function api.household_split(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[], p jsonb,
	out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.household_begin(p_actor, p_door, 'household.split', p_key, p_body_sha256, p_reply, p_business,
		p_reference, p -> 'params', p -> 'decided', 'from_on');
	d jsonb := p -> 'decided';
	v_into bigint := (p -> 'params' ->> 'into')::bigint;
	v_loans jsonb;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.household_make(head.branch, v_into, d ->> 'name', head.on_day, d ->> 'area', d ->> 'hamlet', 'into', entry_id);
	perform loan.members_go(head.branch, head.household, v_into, d -> 'members', head.on_day, 'split', entry_id);
	update loan.household_member m set representative = true
	where m.branch = head.branch and m.household_id = v_into and m.member_no = (d ->> 'representative')::smallint;
	-- what it was classed as until now, with the decisions: it has been newly escaped, say, since they say so
	insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id)
	select head.branch, v_into, k.from_on, k.class, k.decision, household_split.entry_id
	from loan.household_class k
	where k.branch = head.branch and k.household_id = head.household and k.superseded_by is null and k.from_on <= head.on_day;
	perform loan.agenda_set(head.branch, v_into, d -> 'agenda');
	insert into loan.household_attribute (branch, household_id, from_on, attributes, entry_id)
	select head.branch, v_into, head.on_day, (d ->> 'attributes')::integer, household_split.entry_id
	where (d ->> 'attributes')::integer <> 0;
	perform loan.household_join(head.branch, entry_id, v_into, d, head.on_day);
	perform loan.event_store(head.branch, entry_id, p_business, p_states, p_amounts, p_facts, p_openings, p_transitions,
		p_superseded, p_postings, p_deltas, p_spans, p_agenda, p);
	select coalesce(jsonb_agg(s.loan_id::text order by s.loan_id), '[]') into v_loans from loan.state s
	where s.branch = head.branch and s.household_id = head.household and s.status between 1 and 3
		and s.member_no in (select (m ->> 'old')::smallint from jsonb_array_elements(d -> 'members') m);
	reply := loan.household_reply(p_actor, p_key, head.household, jsonb_build_object('into', loan.household_no(v_into),
		'name', d ->> 'name', 'area', d ->> 'area', 'members', jsonb_array_length(d -> 'members'), 'from_on', head.on_day,
		'group', lpad(d ->> 'group', 7, '0'), 'moved', d -> 'moved', 'loans', v_loans));
end $$;
comment on function api.household_split(bigint, smallint, uuid, bytea, text, date, bigint, bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], jsonb) is
	'some members make a household of their own, with the class there is and the loans that go along; those they signed that stay are named';

create or replace function api.household_merge(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, d jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.household_begin(p_actor, p_door, 'household.merge', p_key, p_body_sha256, p_reply, p_business,
		p_reference, p, d, 'from_on');
	v_other bigint := (p ->> 'other')::bigint;
	o loan.household;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	o := loan.household_lock(head.branch, v_other, (d ->> 'other_version')::bigint, 'other');
	perform loan.check_day(head.on_day, o.registered_on, p_business, 'from_on');
	if loan.household_loans_open(head.branch, v_other, null) <> '[]' then
		raise exception 'household % has open loans: %; they have to be moved before', loan.household_no(v_other),
			loan.household_loans_open(head.branch, v_other, null) using errcode = 'LN014', column = 'other';
	end if;
	if loan.household_deposit(head.branch, v_other) > 0 then
		raise exception 'household % has a deposit of % đồng; it has to be paid out before', loan.household_no(v_other),
			loan.household_deposit(head.branch, v_other) using errcode = 'LN014', column = 'other';
	end if;
	if exists (select from loan.household_member m where m.branch = head.branch and m.household_id = v_other and m.representative) then
		perform loan.signer_set(head.branch, v_other, null, head.on_day, entry_id);
	end if;
	perform loan.members_go(head.branch, v_other, head.household, d -> 'members', head.on_day, 'merged', entry_id);
	perform loan.household_finish(head.branch, v_other, head.on_day, 'merged', head.household, entry_id);
	reply := loan.household_reply(p_actor, p_key, head.household, jsonb_build_object('other', loan.household_no(v_other),
		'members', jsonb_array_length(d -> 'members'), 'from_on', head.on_day));
end $$;
comment on function api.household_merge(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'the members of another household join this one, and that one is no more; not while it owes or has a deposit (LN014)';

create or replace function api.household_leave(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, d jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.household_begin(p_actor, p_door, 'household.leave', p_key, p_body_sha256, p_reply, p_business,
		p_reference, p, d, 'from_on');
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.household_finish(head.branch, head.household, head.on_day, 'left', null, entry_id);
	reply := loan.household_reply(p_actor, p_key, head.household, jsonb_build_object('left_on', head.on_day,
		'loans', loan.household_loans_open(head.branch, head.household, null),
		'deposit', loan.household_deposit(head.branch, head.household)));
end $$;
comment on function api.household_leave(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'a household leaves; what it still owes and its deposit are named';

create or replace function api.household_death(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[], p jsonb,
	out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.household_begin(p_actor, p_door, 'household.death', p_key, p_body_sha256, p_reply, p_business,
		p_reference, p -> 'params', p -> 'decided', 'on');
	d jsonb := p -> 'decided';
	v_member smallint := (p -> 'params' ->> 'member')::smallint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.household_died(head.branch, head.household, p -> 'params', d, head.on_day, entry_id);
	perform loan.event_store(head.branch, entry_id, p_business, p_states, p_amounts, p_facts, p_openings, p_transitions,
		p_superseded, p_postings, p_deltas, p_spans, p_agenda, p);
	reply := loan.household_reply(p_actor, p_key, head.household, jsonb_build_object('member', v_member, 'name', d ->> 'name',
		'died_on', head.on_day, 'representative', (d ->> 'representative')::integer, 'representative_name', d ->> 'representative_name',
		'moved', d -> 'moved', 'loans', loan.household_loans_open(head.branch, head.household, v_member)));
end $$;
comment on function api.household_death(bigint, smallint, uuid, bytea, text, date, bigint, bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], jsonb) is
	'a member has died; the heir signs for the household from that day on, and for the open loans the dead signed';

reset role;
