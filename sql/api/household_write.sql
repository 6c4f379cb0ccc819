-- Changing households. C decides what follows from rules (who may sign, end of a status, bits of attributes) and seals
-- personal data: `d`; the functions here write it, and refuse days and persons that contradict what is recorded.
set role vonvay_owner;

create or replace function loan.household_no(p_household bigint) returns text language sql immutable parallel safe
return lpad(p_household::text, 10, '0');
comment on function loan.household_no(bigint) is 'number of a household as people write it';

create or replace function loan.check_day(p_day date, p_from date, p_business date, p_field text) returns void language plpgsql as $$
begin
	if p_day > p_business then
		raise exception '% is after the business date, %', p_day, p_business using errcode = 'LN007', column = p_field;
	end if;
	if p_day < p_from then
		raise exception '% is before the household was registered, %', p_day, p_from using errcode = 'LN007', column = p_field;
	end if;
end $$;
comment on function loan.check_day(date, date, date, text) is 'a day of a household lies between its registration and the business date (LN007)';

create or replace function loan.check_home(p_branch smallint, p_area text, p_day date) returns void language plpgsql as $$
declare
	a loan.area;
begin
	select x.* into a from loan.area x
	where x.branch = p_branch and x.code = p_area and x.superseded_at is null and x.kind in ('commune', 'town');
	if not found then
		raise exception 'no commune %', p_area using errcode = 'LN404', column = 'area';
	end if;
	if p_day not between a.valid_from and coalesce(a.valid_to, p_day) then
		raise exception 'commune % is there from % to %, not on %', p_area, a.valid_from, coalesce(a.valid_to::text, 'now'), p_day
			using errcode = 'LN007', column = 'area';
	end if;
	if not loan.scope_all() and not (loan.scope_homes() is not null and loan.scope_organisation() is null
			and p_area = any (loan.scope_homes())) then
		raise exception 'commune % is not in your area', p_area using errcode = 'LN403', column = 'area';
	end if;
end $$;
comment on function loan.check_home(smallint, text, date) is
	'households live in a commune or a town that is there on the day (LN404, LN007) and that the actor may write about (LN403)';

-- The version goes up with every change, so that what was decided about older rows is refused.
create or replace function loan.household_lock(p_branch smallint, p_household bigint, p_version bigint, p_field text)
returns loan.household language plpgsql as $$
declare
	h loan.household;
begin
	update loan.household x set version = x.version + 1
	where x.branch = p_branch and x.household_id = p_household returning x.* into h;
	if not found then
		raise exception 'no household %', loan.household_no(p_household) using errcode = 'LN003', column = p_field;
	end if;
	if h.version <> p_version + 1 then
		raise exception 'household % was changed by another', loan.household_no(p_household) using errcode = 'LN409';
	end if;
	if h.left_on is not null then
		raise exception 'household % is no more since %', loan.household_no(p_household), h.left_on
			using errcode = 'LN014', column = p_field;
	end if;
	return h;
end $$;
comment on function loan.household_lock(smallint, bigint, bigint, text) is
	'locks a household for a change: LN003, LN409 when it is not as it was read, LN014 when it has ended';

-- on_day: the parameter p_field, by default the business date.
create or replace function loan.household_change(p_branch smallint, p_business date, p jsonb, d jsonb, p_field text,
	out household bigint, out on_day date, out registered_on date)
language plpgsql as $$
declare
	h loan.household;
begin
	household := (p ->> 'household')::bigint;
	on_day := coalesce((p ->> p_field)::date, p_business);
	h := loan.household_lock(p_branch, household, (d ->> 'version')::bigint, 'household');
	registered_on := h.registered_on;
	perform loan.check_day(on_day, registered_on, p_business, p_field);
	perform loan.household_changed(p_branch, household, on_day);
end $$;
comment on function loan.household_change(smallint, date, jsonb, jsonb, text) is
	'a household is locked for a change from a day on, the day checked, the next night told';

-- Head of every change of a household. on_day: the parameter p_field, by default the business date.
create or replace function loan.household_begin(
	p_actor bigint, p_door smallint, p_method text, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date,
	p_reference bigint, p jsonb, d jsonb, p_field text, out branch smallint, out entry_id bigint, out reply text,
	out repeated boolean, out household bigint, out on_day date, out registered_on date)
language plpgsql as $$
declare
	head record := loan.write_begin(p_actor, p_door, p_method, p_key, p_body_sha256, p_reply, p_business, p_reference);
	changed record;
begin
	branch := head.branch;
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	changed := loan.household_change(branch, p_business, p, d, p_field);
	household := changed.household;
	on_day := changed.on_day;
	registered_on := changed.registered_on;
end $$;
comment on function loan.household_begin(bigint, smallint, text, uuid, bytea, text, date, bigint, jsonb, jsonb, text) is
	'the head of a change of a household: that of every write, the household locked, its day checked, the next night told';

create or replace function loan.household_reply(p_actor bigint, p_key uuid, p_household bigint, p_more jsonb) returns text
language sql as $$
	select loan.write_reply(p_actor, p_key,
		(jsonb_build_object('household', loan.household_no(p_household)) || coalesce(p_more, '{}'))::text)
$$;
comment on function loan.household_reply(bigint, uuid, bigint, jsonb) is 'the reply of a change of a household, kept with its key';

create or replace function loan.household_loans_open(p_branch smallint, p_household bigint, p_member smallint) returns jsonb
language sql stable as $$
	select coalesce(jsonb_agg(c.loan_id::text order by c.loan_id), '[]')
	from loan.state c
	where c.branch = p_branch and c.household_id = p_household and c.status between 1 and 3
		and (p_member is null or c.member_no = p_member)
$$;
comment on function loan.household_loans_open(smallint, bigint, smallint) is 'open loans of a household, or those a member of it signed';

-- ---- members and their personal data ----

create or replace function loan.personal_forget(p_branch smallint, p_household bigint, p_member smallint, p_fields smallint[],
	p_entry bigint) returns void language sql as $$
	with gone as (
		delete from loan.personal p
		where p.branch = p_branch and p.household_id = p_household and p.member_no = p_member and p.field = any (p_fields)
		returning p.*
	)
	insert into loan.personal_past (branch, household_id, member_no, field, key_id, sealed, hash, entry_id, superseded_by)
	select g.branch, g.household_id, g.member_no, g.field, g.key_id, g.sealed, g.hash, g.entry_id, p_entry from gone g
$$;
comment on function loan.personal_forget(smallint, bigint, smallint, smallint[], bigint) is
	'personal data that hold no longer go to the past';

-- The id of the key stands in front of what it sealed.
create or replace function loan.sealed_key(p_sealed text) returns integer language sql immutable strict parallel safe
return ('x' || left(p_sealed, 8))::bit(32)::integer;
comment on function loan.sealed_key(text) is 'id of the key of a sealed value in hexadecimal digits';

-- p_sealed: {"citizen_id":{"sealed","hash","known"},...}, as C sealed them; known: hashes under its other keys; a field that is
-- null is taken away.
create or replace function loan.personal_set(p_branch smallint, p_household bigint, p_member smallint, p_sealed jsonb,
	p_entry bigint) returns void language plpgsql as $$
declare
	v_fields smallint[] := array(select c.code from loan.code c where c.kind = 'personal' and p_sealed ? c.word);
	v_citizen bytea[] := array(select decode(p_sealed -> 'citizen_id' ->> 'hash', 'hex')
		where p_sealed -> 'citizen_id' ->> 'hash' is not null);
begin
	perform loan.personal_forget(p_branch, p_household, p_member, v_fields, p_entry);
	perform loan.data_keys_use(array(select loan.sealed_key(f.value ->> 'sealed') from jsonb_each(p_sealed) f
		where f.value ->> 'sealed' is not null));
	perform loan.citizen_new(p_branch, v_citizen,
		array(select decode(k, 'hex') from jsonb_array_elements_text(p_sealed -> 'citizen_id' -> 'known') k));
	begin
		insert into loan.personal (branch, household_id, member_no, field, key_id, sealed, hash, entry_id)
		select p_branch, p_household, p_member, c.code, loan.sealed_key(p_sealed -> c.word ->> 'sealed'),
			decode(p_sealed -> c.word ->> 'sealed', 'hex'), decode(p_sealed -> c.word ->> 'hash', 'hex'), p_entry
		from loan.code c where c.kind = 'personal' and p_sealed -> c.word ->> 'sealed' is not null;
	exception when unique_violation then
		perform loan.citizen_refuse(p_branch, v_citizen); -- another was quicker
		raise;
	end;
	insert into loan.audit (branch, entry_id, subject, subject_id, fields, hashes)
	select p_branch, p_entry, 'household_member', p_household || '/' || p_member, array_agg(c.word order by c.code),
		array_agg(coalesce(decode(p_sealed -> c.word ->> 'hash', 'hex'), '') order by c.code)
	from loan.code c where c.kind = 'personal' and p_sealed ? c.word having count(*) > 0;
end $$;
comment on function loan.personal_set(smallint, bigint, smallint, jsonb, bigint) is
	'personal data of a member as sealed by C; a citizen id that is known is refused (LN014, LN050)';

create or replace function loan.member_add(p_branch smallint, p_household bigint, m jsonb, p_from date, p_entry bigint) returns void
language plpgsql as $$
begin
	insert into loan.household_member (branch, household_id, member_no, name, search, sex, born_on, relation, ethnic, from_on,
		entry_id)
	values (p_branch, p_household, (m ->> 'no')::smallint, m ->> 'name', loan.searchable(m ->> 'name'), m ->> 'sex',
		(m ->> 'born_on')::date, m ->> 'relation', coalesce(m ->> 'ethnic', ''), p_from, p_entry);
	perform loan.personal_set(p_branch, p_household, (m ->> 'no')::smallint, coalesce(m -> 'sealed', '{}'), p_entry);
end $$;
comment on function loan.member_add(smallint, bigint, jsonb, date, bigint) is 'a member from a day on, personal data as sealed by C';

-- What is known of a member is kept before it changes.
create or replace function loan.member_keep(p_branch smallint, p_household bigint, p_member smallint, p_entry bigint)
returns loan.household_member language plpgsql as $$
declare
	m loan.household_member;
begin
	select x.* into m from loan.household_member x
	where x.branch = p_branch and x.household_id = p_household and x.member_no = p_member for update;
	if not found then
		raise exception 'household % has no member %', loan.household_no(p_household), p_member
			using errcode = 'LN404', column = 'member';
	end if;
	insert into loan.household_member_past (branch, household_id, member_no, name, search, sex, born_on, relation, ethnic,
		representative, from_on, until_on, ended, entry_id, superseded_by)
	values (m.branch, m.household_id, m.member_no, m.name, m.search, m.sex, m.born_on, m.relation, m.ethnic, m.representative,
		m.from_on, m.until_on, m.ended, m.entry_id, p_entry);
	return m;
end $$;
comment on function loan.member_keep(smallint, bigint, smallint, bigint) is 'a member as they are, kept as the past of this entry (LN404)';

create or replace function loan.member_end(p_branch smallint, p_household bigint, p_member smallint, p_until date, p_ended text,
	p_entry bigint) returns void language plpgsql as $$
declare
	m loan.household_member := loan.member_keep(p_branch, p_household, p_member, p_entry);
begin
	if m.until_on is not null then
		raise exception 'member % is no member since %', p_member, m.until_on using errcode = 'LN014', column = 'member';
	end if;
	if p_until < m.from_on or p_until < m.born_on then
		raise exception 'member % is there only from %', p_member, greatest(m.from_on, m.born_on)
			using errcode = 'LN007', column = 'member';
	end if;
	update loan.household_member x set until_on = p_until, ended = p_ended, representative = false, entry_id = p_entry
	where x.branch = p_branch and x.household_id = p_household and x.member_no = p_member;
	if p_ended <> 'died' then -- a dead person's citizen id stays taken
		perform loan.personal_forget(p_branch, p_household, p_member, '{1,2,3}', p_entry);
	end if;
	perform loan.audit_add(p_branch, p_entry, 'household_member', p_household || '/' || p_member, '{until_on,ended}');
end $$;
comment on function loan.member_end(smallint, bigint, smallint, date, text, bigint) is
	'a member is one no more from a day on; who is elsewhere now takes their citizen id along';

-- p_member null: nobody signs from that day on. The first change also records who signed until then.
create or replace function loan.signer_set(p_branch smallint, p_household bigint, p_member smallint, p_from date, p_entry bigint)
returns void language plpgsql as $$
declare
	v_was smallint := (select m.member_no from loan.household_member m
		where m.branch = p_branch and m.household_id = p_household and m.representative);
begin
	if v_was is not null and not exists (select from loan.household_signer s
			where s.branch = p_branch and s.household_id = p_household and s.superseded_by is null) then
		insert into loan.household_signer (branch, household_id, from_on, member_no, entry_id)
		select p_branch, p_household, h.registered_on, v_was, p_entry
		from loan.household h where h.branch = p_branch and h.household_id = p_household;
	end if;
	update loan.household_signer s set superseded_by = p_entry
	where s.branch = p_branch and s.household_id = p_household and s.from_on >= p_from and s.superseded_by is null;
	insert into loan.household_signer (branch, household_id, from_on, member_no, entry_id)
	values (p_branch, p_household, p_from, p_member, p_entry);
	if v_was is distinct from p_member then
		if v_was is not null then
			perform loan.member_keep(p_branch, p_household, v_was, p_entry);
			update loan.household_member m set representative = false, entry_id = p_entry
			where m.branch = p_branch and m.household_id = p_household and m.member_no = v_was;
		end if;
		if p_member is not null then
			perform loan.member_keep(p_branch, p_household, p_member, p_entry);
			update loan.household_member m set representative = true, entry_id = p_entry
			where m.branch = p_branch and m.household_id = p_household and m.member_no = p_member;
		end if;
	end if;
	perform loan.audit_add(p_branch, p_entry, 'household', p_household::text, '{representative}');
end $$;
comment on function loan.signer_set(smallint, bigint, smallint, date, bigint) is
	'who signs for a household from a day on; what was recorded from that day on is superseded';

-- ---- dated rows ----

create or replace function loan.agenda_set(p_branch smallint, p_household bigint, p_days jsonb) returns void language sql as $$
	insert into loan.household_agenda (branch, on_day, household_id, reason)
	select distinct p_branch, e::date, p_household, 'escaped_end' from jsonb_array_elements_text(coalesce(p_days, '[]')) e
	on conflict do nothing
$$;
comment on function loan.agenda_set(smallint, bigint, jsonb) is 'days on which a newly escaped household is one no more; a day whose reason is gone changes nothing';

-- Takes back the row of the day p_replaces, which was wrong.
create or replace function loan.class_set(p_branch smallint, p_household bigint, p_from date, p_class smallint, p_decision text,
	p_replaces date, p_entry bigint) returns void language plpgsql as $$
begin
	if p_replaces is not null then
		update loan.household_class k set superseded_by = p_entry
		where k.branch = p_branch and k.household_id = p_household and k.from_on = p_replaces and k.superseded_by is null;
		if not found then
			raise exception 'household % has no class from %', loan.household_no(p_household), p_replaces
				using errcode = 'LN404', column = 'replaces';
		end if;
	end if;
	if exists (select from loan.household_class k
			where k.branch = p_branch and k.household_id = p_household and k.from_on = p_from and k.superseded_by is null) then
		raise exception 'household % has a class from % already', loan.household_no(p_household), p_from
			using errcode = 'LN014', column = 'from_on';
	end if;
	insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id)
	values (p_branch, p_household, p_from, p_class, p_decision, p_entry);
	perform loan.audit_add(p_branch, p_entry, 'household', p_household::text, '{class}');
end $$;
comment on function loan.class_set(smallint, bigint, date, smallint, text, date, bigint) is
	'a class from a day on with its decision, perhaps in place of one that was wrong (LN404, LN014)';

create or replace function loan.survey_set(p_branch smallint, p_household bigint, p_day date, p_income bigint, p_lacking integer,
	p_entry bigint) returns void language plpgsql as $$
begin
	update loan.household_survey s set superseded_by = p_entry
	where s.branch = p_branch and s.household_id = p_household and s.on_day = p_day and s.superseded_by is null;
	insert into loan.household_survey (branch, household_id, on_day, income, lacking, entry_id)
	values (p_branch, p_household, p_day, p_income, p_lacking, p_entry);
	perform loan.audit_add(p_branch, p_entry, 'household', p_household::text, '{income,lacking}');
end $$;
comment on function loan.survey_set(smallint, bigint, date, bigint, integer, bigint) is
	'income and indicators found on a day; those recorded for the day before are superseded';

create or replace function loan.residence_set(p_branch smallint, p_household bigint, p_from date, p_area text, p_hamlet text,
	p_entry bigint) returns void language plpgsql as $$
begin
	perform loan.check_home(p_branch, p_area, p_from);
	insert into loan.household_residence (branch, household_id, from_on, area, hamlet, entry_id)
	values (p_branch, p_household, p_from, p_area, coalesce(p_hamlet, ''), p_entry);
	perform loan.audit_add(p_branch, p_entry, 'household', p_household::text, '{residence}');
end $$;
comment on function loan.residence_set(smallint, bigint, date, text, text, bigint) is 'a household lives in a commune from a day on';

create or replace function loan.household_make(p_branch smallint, p_household bigint, p_name text, p_on date, p_area text,
	p_hamlet text, p_field text, p_entry bigint) returns void language plpgsql as $$
begin
	if p_household not between 1 and 9999999999 then
		raise exception '% must be a number of at most 10 digits', p_field using errcode = 'LN422', column = p_field;
	end if;
	if exists (select from loan.household h where h.branch = p_branch and h.household_id = p_household) then
		raise exception 'household % exists already', loan.household_no(p_household) using errcode = 'LN014', column = p_field;
	end if;
	set constraints loan.household_residence_household deferred;
	perform loan.residence_set(p_branch, p_household, p_on, p_area, p_hamlet, p_entry);
	begin
		insert into loan.household (branch, household_id, name, search, registered_on, entry_id)
		values (p_branch, p_household, p_name, loan.searchable(p_name), p_on, p_entry);
	exception when unique_violation then
		raise exception 'household % exists already', loan.household_no(p_household) using errcode = 'LN014', column = p_field;
	end;
	perform loan.household_changed(p_branch, p_household, p_on);
	perform loan.audit_add(p_branch, p_entry, 'household', p_household::text, '{name,registered_on}');
end $$;
comment on function loan.household_make(smallint, bigint, text, date, text, text, text, bigint) is
	'a new household in its commune; one that exists, whether the actor sees it or not, is refused (LN014)';

reset role;
set role vonvay_api;

create or replace function api.household_sealed(p_actor bigint, p_household bigint)
returns table (member_no smallint, field text, sealed bytea)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return query select p.member_no, c.word, p.sealed
	from loan.personal p join loan.code c on c.kind = 'personal' and c.code = p.field
	where p.branch = v_branch and p.household_id = p_household order by p.member_no, p.field;
end $$;
comment on function api.household_sealed(bigint, bigint) is
	'personal data of a household as sealed, for the daemon to bind them to another place';

create or replace function api.household_register(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, d jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'household.register', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_household bigint := (p ->> 'household')::bigint;
	v_on date := coalesce((p ->> 'on')::date, p_business);
	m jsonb;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.check_day(v_on, v_on, p_business, 'on');
	perform loan.household_make(head.branch, v_household, p ->> 'name', v_on, p ->> 'area', p ->> 'hamlet', 'household', entry_id);
	for m in select jsonb_array_elements(d -> 'members') loop
		perform loan.member_add(head.branch, v_household, m, null, entry_id);
	end loop;
	update loan.household_member x set representative = true
	where x.branch = head.branch and x.household_id = v_household and x.member_no = (d ->> 'representative')::smallint;
	insert into loan.household_attribute (branch, household_id, from_on, attributes, entry_id)
	select head.branch, v_household, v_on, (d ->> 'attributes')::integer, entry_id where (d ->> 'attributes')::integer <> 0;
	if d ? 'class' then
		perform loan.class_set(head.branch, v_household, v_on, (d ->> 'class')::smallint, p ->> 'decision', null, entry_id);
		perform loan.agenda_set(head.branch, v_household, d -> 'agenda');
	end if;
	reply := loan.household_reply(p_actor, p_key, v_household, jsonb_build_object('name', p ->> 'name', 'registered_on', v_on,
		'area', p ->> 'area', 'members', jsonb_array_length(d -> 'members')));
end $$;
comment on function api.household_register(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'registers a household with its members; personal data as sealed by C';

create or replace function api.household_member(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, d jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.household_begin(p_actor, p_door, 'household.member', p_key, p_body_sha256, p_reply, p_business,
		p_reference, p, d, case when p ? 'until_on' then 'until_on' else 'from_on' end);
	v_member smallint := coalesce((p ->> 'member')::smallint, (d -> 'member' ->> 'no')::smallint);
	v_fields text[];
	m loan.household_member;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	if not p ? 'member' then
		perform loan.member_add(head.branch, head.household, d -> 'member', head.on_day, entry_id);
		perform loan.audit_add(head.branch, entry_id, 'household_member', head.household || '/' || v_member, '{name,from_on}');
	else
		v_fields := array(select f from unnest('{name,sex,born_on,relation,ethnic,from_on}'::text[]) f where p ? f);
		if cardinality(v_fields) > 0 then
			m := loan.member_keep(head.branch, head.household, v_member, entry_id);
			if coalesce((p ->> 'from_on')::date, m.from_on) > m.until_on then
				raise exception 'member % was one until %', v_member, m.until_on using errcode = 'LN007', column = 'from_on';
			end if;
			update loan.household_member x set name = coalesce(p ->> 'name', x.name),
				search = loan.searchable(coalesce(p ->> 'name', x.name)), sex = coalesce(p ->> 'sex', x.sex),
				born_on = coalesce((p ->> 'born_on')::date, x.born_on), relation = coalesce(p ->> 'relation', x.relation),
				ethnic = coalesce(p ->> 'ethnic', x.ethnic), from_on = coalesce((p ->> 'from_on')::date, x.from_on),
				entry_id = household_member.entry_id
			where x.branch = head.branch and x.household_id = head.household and x.member_no = v_member;
			perform loan.audit_add(head.branch, entry_id, 'household_member', head.household || '/' || v_member, v_fields);
		end if;
		perform loan.personal_set(head.branch, head.household, v_member, d -> 'member' -> 'sealed', entry_id);
		if p ? 'until_on' then
			perform loan.member_end(head.branch, head.household, v_member, head.on_day, 'left', entry_id);
		end if;
	end if;
	if d ? 'head_name' then
		update loan.household x set name = d ->> 'head_name', search = loan.searchable(d ->> 'head_name')
		where x.branch = head.branch and x.household_id = head.household;
	end if;
	reply := loan.household_reply(p_actor, p_key, head.household, (
		select jsonb_build_object('member', x.member_no, 'name', x.name, 'from_on', x.from_on, 'until_on', x.until_on)
		from loan.household_member x
		where x.branch = head.branch and x.household_id = head.household and x.member_no = v_member));
end $$;
comment on function api.household_member(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'adds, changes or ends a member; what was known before is kept (LN404, LN014, LN007)';

create or replace function api.household_represent(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, d jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.household_begin(p_actor, p_door, 'household.represent', p_key, p_body_sha256, p_reply, p_business,
		p_reference, p, d, 'from_on');
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.signer_set(head.branch, head.household, (p ->> 'member')::smallint, head.on_day, entry_id);
	reply := loan.household_reply(p_actor, p_key, head.household, jsonb_build_object('member', (p ->> 'member')::integer,
		'name', d ->> 'name', 'from_on', head.on_day));
end $$;
comment on function api.household_represent(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'another adult member signs for the household from a day on';

create or replace function api.household_move(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[], p jsonb,
	out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.household_begin(p_actor, p_door, 'household.move', p_key, p_body_sha256, p_reply, p_business,
		p_reference, p -> 'params', p -> 'decided', 'from_on');
	q jsonb := p -> 'params';
	d jsonb := p -> 'decided';
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	if q ? 'replaces' then
		if (q ->> 'replaces')::date = head.registered_on and head.on_day <> head.registered_on then
			raise exception 'the first residence begins with the registration, %', head.registered_on
				using errcode = 'LN007', column = 'from_on';
		end if;
		update loan.household_residence r set superseded_by = household_move.entry_id
		where r.branch = head.branch and r.household_id = head.household and r.from_on = (q ->> 'replaces')::date
			and r.superseded_by is null;
		if not found then
			raise exception 'household % has no residence from %', loan.household_no(head.household), q ->> 'replaces'
				using errcode = 'LN404', column = 'replaces';
		end if;
	end if;
	if exists (select from loan.household_residence r where r.branch = head.branch and r.household_id = head.household
			and r.from_on = head.on_day and r.superseded_by is null) then
		raise exception 'household % has a residence from % already', loan.household_no(head.household), head.on_day
			using errcode = 'LN014', column = 'from_on';
	end if;
	perform loan.residence_set(head.branch, head.household, head.on_day, q ->> 'area', q ->> 'hamlet', entry_id);
	if d ? 'old_group' then
		perform loan.group_exit(head.branch, entry_id, (d ->> 'old_group')::bigint, array[head.household], head.on_day, 'from_on');
	end if;
	perform loan.household_join(head.branch, entry_id, head.household, d, head.on_day);
	perform loan.event_store(head.branch, entry_id, p_business, p_states, p_amounts, p_facts, p_openings, p_transitions,
		p_superseded, p_postings, p_deltas, p_spans, p_agenda, p);
	reply := loan.household_reply(p_actor, p_key, head.household, jsonb_build_object('area', q ->> 'area',
		'hamlet', coalesce(q ->> 'hamlet', ''), 'from_on', head.on_day, 'group', lpad(d ->> 'group', 7, '0'), 'moved', d -> 'moved',
		'loans', case d -> 'moved' when '[]' then loan.household_loans_open(head.branch, head.household, null) else '[]' end));
end $$;
comment on function api.household_move(bigint, smallint, uuid, bytea, text, date, bigint, bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], jsonb) is
	'a household lives elsewhere from a day on, or a wrong residence is replaced; its open loans stay where they are, or go along';

create or replace function api.household_class(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, d jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.household_begin(p_actor, p_door, 'household.class', p_key, p_body_sha256, p_reply, p_business,
		p_reference, p, d, 'from_on');
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.class_set(head.branch, head.household, head.on_day, (d ->> 'class')::smallint, p ->> 'decision',
		(p ->> 'replaces')::date, entry_id);
	perform loan.agenda_set(head.branch, head.household, d -> 'agenda');
	perform loan.household_changed(head.branch, head.household, (p ->> 'replaces')::date);
	reply := loan.household_reply(p_actor, p_key, head.household, jsonb_build_object('class', p ->> 'class',
		'decision', p ->> 'decision', 'from_on', head.on_day, 'change', d ->> 'change'));
end $$;
comment on function api.household_class(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'the class of a household from a day on, with its decision; perhaps in place of a wrong one';

create or replace function api.household_attribute(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, d jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.household_begin(p_actor, p_door, 'household.attribute', p_key, p_body_sha256, p_reply, p_business,
		p_reference, p, d, 'from_on');
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	update loan.household_attribute a set superseded_by = household_attribute.entry_id
	from jsonb_to_recordset(d -> 'rows') n ("from" date)
	where a.branch = head.branch and a.household_id = head.household and a.from_on = n."from" and a.superseded_by is null;
	insert into loan.household_attribute (branch, household_id, from_on, attributes, entry_id)
	select head.branch, head.household, n."from", n.bits, household_attribute.entry_id
	from jsonb_to_recordset(d -> 'rows') n ("from" date, bits integer);
	perform loan.audit_add(head.branch, entry_id, 'household', head.household::text, '{attributes}');
	reply := loan.household_reply(p_actor, p_key, head.household, jsonb_build_object('from_on', head.on_day,
		'attributes', d -> 'attributes'));
end $$;
comment on function api.household_attribute(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'sets and clears attributes from a day on, in the rows that C made of it';

create or replace function api.household_survey(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, d jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.household_begin(p_actor, p_door, 'household.survey', p_key, p_body_sha256, p_reply, p_business,
		p_reference, p, d, 'on');
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.survey_set(head.branch, head.household, head.on_day, (p ->> 'income')::bigint, (d ->> 'lacking')::integer, entry_id);
	reply := loan.household_reply(p_actor, p_key, head.household, jsonb_build_object('on', head.on_day,
		'income', (p ->> 'income')::bigint, 'lacking', coalesce(p -> 'lacking', '[]')) || (d -> 'computed'));
end $$;
comment on function api.household_survey(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'income and indicators found on a day';

reset role;
