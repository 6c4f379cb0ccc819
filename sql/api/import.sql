-- Imports: a file is staged in parts, checked as a whole by the worker, then applied in chunks, each once.
set role vonvay_owner;

create or replace function loan.import_get(p_branch smallint, p_import bigint) returns loan.import language plpgsql as $$
declare
	found_import loan.import;
begin
	select i.* into found_import from loan.import i where i.import_id = p_import and i.branch = p_branch for no key update;
	if not found then
		raise exception 'no import %', p_import using errcode = 'LN010', column = 'import';
	end if;
	return found_import;
end $$;
comment on function loan.import_get(smallint, bigint) is 'locks an import (LN010)';

-- Tables that a file fills from nothing are planned for as if they were empty until autovacuum comes by, a minute later.
create or replace function loan.import_analyze(p_kind text) returns void language plpgsql security definer set search_path = '' as $$
begin
	case p_kind
	when 'households' then
		analyze loan.household, loan.household_residence, loan.household_member, loan.household_class,
			loan.household_attribute, loan.group_member, loan.personal;
	when 'reviews' then
		analyze loan.household_class, loan.household_survey, loan.household_agenda;
	when 'loans' then
		analyze loan.entry, loan.cell, loan.contract, loan.state, loan.fact, loan.transition, loan.posting, loan.agenda,
			loan.span, loan.portfolio_delta;
	else
		null;
	end case;
end $$;
comment on function loan.import_analyze(text) is 'statistics of the tables a kind of import fills';

-- Every chunk of applying begins with this: exactly once, in order.
create or replace function loan.import_advance(p_branch smallint, p_import bigint, p_kind text, p_upto_line bigint)
returns void language plpgsql as $$
declare
	i loan.import := loan.import_get(p_branch, p_import);
begin
	if i.kind <> p_kind or i.state <> 'applying' then
		raise exception 'import % is of % and %', p_import, i.kind, i.state using errcode = 'LN014';
	end if;
	if p_upto_line <= i.applied_lines then
		raise exception 'import %: line % is applied already', p_import, p_upto_line using errcode = 'LN014';
	end if;
	update loan.import set applied_lines = p_upto_line where import_id = p_import;
	if i.applied_lines > 0 and floor(log(3, i.applied_lines)) < floor(log(3, p_upto_line)) then
		perform loan.import_analyze(p_kind);
	end if;
end $$;
comment on function loan.import_advance(smallint, bigint, text, bigint) is 'a chunk up to this line is being applied; LN014 when it is already';

create or replace function loan.import_entry(p_branch smallint, p_actor bigint, p_import bigint, p_kind text) returns bigint
language plpgsql as $$
declare
	v_entry bigint;
begin
	v_entry := loan.entry_make(p_branch, p_actor, 3::smallint, 'import.' || p_kind,
		(select b.business_date from loan.business b where b.branch = p_branch for share));
	perform loan.audit_add(p_branch, v_entry, 'import', p_import::text, '{applied_lines}');
	return v_entry;
end $$;
comment on function loan.import_entry(smallint, bigint, bigint, text) is 'entry and trail of one chunk';

create or replace function loan.import_points(p_branch smallint, p_rows jsonb) returns bigint language plpgsql as $$
declare
	v_code text;
	v_new bigint;
	v_days bigint;
begin
	select n.code into v_code
	from jsonb_to_recordset(p_rows) n (code text, kind text, parent text)
	join loan.point p on p.branch = p_branch and p.code = n.code
	where n.kind = 'point' and p.area <> n.parent limit 1;
	if found then
		raise exception 'point % belongs to another area', v_code using errcode = 'LN014';
	end if;
	insert into loan.point (branch, point_id, code, name, area, valid_from, valid_to)
	select p_branch, (select coalesce(max(p.point_id), 0) from loan.point p where p.branch = p_branch)
			+ row_number() over (order by n.code), n.code, n.name, n.parent, n.valid_from, n.valid_to
	from jsonb_to_recordset(p_rows) n (code text, name text, kind text, parent text, valid_from date, valid_to date)
	where n.kind = 'point' and not exists (select from loan.point p where p.branch = p_branch and p.code = n.code);
	get diagnostics v_new = row_count;

	update loan.point_day d set superseded_at = now()
	from jsonb_to_recordset(p_rows) n (code text, kind text, session_day smallint, valid_from date)
	join loan.point p on p.branch = p_branch and p.code = n.code
	where n.kind = 'point' and d.branch = p_branch and d.point_id = p.point_id and d.from_on = n.valid_from
		and d.superseded_at is null and d.change_id is null and d.day is distinct from n.session_day;
	insert into loan.point_day (branch, point_id, from_on, day, mark)
	select p_branch, p.point_id, n.valid_from, n.session_day, n.mark
	from jsonb_to_recordset(p_rows) n (code text, kind text, session_day smallint, valid_from date, mark text)
	join loan.point p on p.branch = p_branch and p.code = n.code
	where n.kind = 'point' and n.session_day is not null and not exists (
		select from loan.point_day d where d.branch = p_branch and d.point_id = p.point_id and d.from_on = n.valid_from
			and d.superseded_at is null);
	get diagnostics v_days = row_count;
	return v_new + v_days;
end $$;
comment on function loan.import_points(smallint, jsonb) is 'transaction points with their session day; how many rows are new';

create or replace function loan.import_units(p_branch smallint, p_rows jsonb) returns bigint language plpgsql as $$
declare
	v_new bigint;
begin
	update loan.area a set superseded_at = now()
	from jsonb_to_recordset(p_rows) n (code text, name text, kind text, parent text, rural boolean, difficulty smallint,
		valid_from date, valid_to date, successor text, mark text)
	where n.kind <> 'point' and a.branch = p_branch and a.code = n.code and a.superseded_at is null and a.change_id is null
		and (a.name, a.kind, a.parent, a.rural, a.difficulty, a.valid_from, a.valid_to, a.successor, a.mark)
			is distinct from
			(n.name, n.kind, n.parent, n.rural, n.difficulty, n.valid_from, n.valid_to, n.successor, n.mark);
	insert into loan.area (branch, code, name, search, kind, parent, rural, difficulty, valid_from, valid_to, successor, mark)
	select p_branch, n.code, n.name, loan.searchable(n.name), n.kind, n.parent, n.rural, coalesce(n.difficulty, 0),
		n.valid_from, n.valid_to, n.successor, n.mark
	from jsonb_to_recordset(p_rows) n (code text, name text, kind text, parent text, rural boolean, difficulty smallint,
		valid_from date, valid_to date, successor text, mark text)
	where n.kind <> 'point' and not exists (
		select from loan.area a where a.branch = p_branch and a.code = n.code and a.superseded_at is null);
	get diagnostics v_new = row_count;
	return v_new;
end $$;
comment on function loan.import_units(smallint, jsonb) is 'administrative units; a changed one supersedes what was known; how many rows are new';

create or replace function loan.import_piece(p_branch smallint, p_import bigint, p_at_byte bigint, p_length bigint, p_bytes bytea,
	p_key integer, p_digest bytea) returns bigint language plpgsql as $$
declare
	i loan.import := loan.import_get(p_branch, p_import);
begin
	if p_at_byte < i.received then
		if not exists (select from loan.import_part p where p.import_id = p_import and p.at_byte = p_at_byte
				and case when p_digest is null then p.bytes = p_bytes else p.digest = p_digest end) then
			raise exception 'import %: other bytes at % are there already', p_import, p_at_byte using errcode = 'LN014';
		end if;
		return i.received;
	end if;
	if i.state <> 'uploading' or p_at_byte > i.received or i.received + p_length > i.size or p_length = 0 then
		raise exception 'import %: % bytes received of %, no piece of % fits at %', p_import, i.received, i.size, p_length, p_at_byte
			using errcode = 'LN014';
	end if;
	insert into loan.import_part (import_id, at_byte, bytes, key_id, digest) values (p_import, p_at_byte, p_bytes, p_key, p_digest);
	update loan.import set received = received + p_length,
		state = case when received + p_length = size then 'uploaded' else state end
	where import_id = p_import;
	return i.received + p_length;
end $$;
comment on function loan.import_piece(smallint, bigint, bigint, bigint, bytea, integer, bytea) is
	'a piece of so many bytes at its place, as it came or sealed; once (LN014)';

create or replace function loan.import_sealed(p_rows jsonb)
returns table (household bigint, member_no smallint, field smallint, sealed text, hash text, known jsonb) language sql stable as $$
	select h.household, (m ->> 'no')::smallint, c.code, m -> c.word ->> 'sealed', m -> c.word ->> 'hash', m -> c.word -> 'known'
	from jsonb_to_recordset(p_rows) h (household bigint, members jsonb)
	cross join lateral jsonb_array_elements(h.members) m
	join loan.code c on c.kind = 'personal' and m -> c.word ->> 'sealed' is not null
$$;
comment on function loan.import_sealed(jsonb) is 'the sealed values of members of new households';

create or replace function loan.import_personal(p_branch smallint, p_entry bigint, p_rows jsonb) returns void language plpgsql as $$
declare
	v_citizens bytea[] := array(select decode(x.hash, 'hex') from loan.import_sealed(p_rows) x where x.field = 1);
begin
	perform loan.data_keys_use(array(select distinct loan.sealed_key(x.sealed) from loan.import_sealed(p_rows) x));
	perform loan.citizen_new(p_branch, v_citizens, array(select decode(k, 'hex')
		from loan.import_sealed(p_rows) x, jsonb_array_elements_text(x.known) k where x.field = 1));
	begin
		insert into loan.personal (branch, household_id, member_no, field, key_id, sealed, hash, entry_id)
		select p_branch, x.household, x.member_no, x.field, loan.sealed_key(x.sealed), decode(x.sealed, 'hex'), decode(x.hash, 'hex'),
			p_entry
		from loan.import_sealed(p_rows) x;
	exception when unique_violation then
		perform loan.citizen_refuse(p_branch, v_citizens); -- another was quicker
		raise;
	end;
end $$;
comment on function loan.import_personal(smallint, bigint, jsonb) is
	'personal data of members of new households as sealed by the daemon; a citizen id that is known is refused (LN014, LN050)';

create or replace function loan.import_members(p_branch smallint, p_entry bigint, p_rows jsonb) returns void language sql as $$
	insert into loan.household_member (branch, household_id, member_no, name, search, sex, born_on, relation, ethnic,
		representative, entry_id)
	select p_branch, h.household, m.no, m.name, loan.searchable(m.name), m.sex, m.born_on, m.relation, coalesce(m.ethnic, ''),
		coalesce(m.representative, false), p_entry
	from jsonb_to_recordset(p_rows) h (household bigint, members jsonb),
		jsonb_to_recordset(h.members) m (no smallint, name text, sex text, born_on date, relation text, ethnic text,
			representative boolean);

	select loan.import_personal(p_branch, p_entry, p_rows);

	insert into loan.audit (branch, entry_id, subject, subject_id, fields, hashes)
	select p_branch, p_entry, 'household_member', p.household_id || '/' || p.member_no, array_agg(c.word order by p.field),
		array_agg(p.hash order by p.field)
	from loan.personal p join loan.code c on c.kind = 'personal' and c.code = p.field
	where p.branch = p_branch and p.entry_id = p_entry and p.household_id in (
		select h.household from jsonb_to_recordset(p_rows) h (household bigint))
	group by p.household_id, p.member_no;
$$;
comment on function loan.import_members(smallint, bigint, jsonb) is
	'members of new households, personal data as sealed by the daemon, their trail with names and hashes';

create or replace function loan.import_status_rows(p_branch smallint, p_entry bigint, p_rows jsonb) returns void language sql as $$
	insert into loan.household_residence (branch, household_id, from_on, area, hamlet, entry_id)
	select p_branch, h.household, r."from", r.area, coalesce(r.hamlet, ''), p_entry
	from jsonb_to_recordset(p_rows) h (household bigint, residence jsonb),
		jsonb_to_recordset(h.residence) r ("from" date, area text, hamlet text);

	insert into loan.household_attribute (branch, household_id, from_on, attributes, entry_id)
	select p_branch, h.household, a."from", a.bits, p_entry
	from jsonb_to_recordset(p_rows) h (household bigint, attributes jsonb),
		jsonb_to_recordset(coalesce(h.attributes, '[]')) a ("from" date, bits integer);

	insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id)
	select p_branch, h.household, k."from", k.class, coalesce(k.decision, ''), p_entry
	from jsonb_to_recordset(p_rows) h (household bigint, classes jsonb),
		jsonb_to_recordset(coalesce(h.classes, '[]')) k ("from" date, class smallint, decision text);

	insert into loan.household_agenda (branch, on_day, household_id, reason)
	select distinct p_branch, d::date, h.household, 'escaped_end'
	from jsonb_to_recordset(p_rows) h (household bigint, agenda jsonb), jsonb_array_elements_text(coalesce(h.agenda, '[]')) d;

	insert into loan.household_agenda (branch, on_day, household_id, reason)
	select p_branch, h.adult, h.household, 'adult'
	from jsonb_to_recordset(p_rows) h (household bigint, adult date) where h.adult is not null;

	insert into loan.group_member (branch, group_id, household_id, from_on, until_on, entry_id)
	select p_branch, g."group", h.household, g."from", g.until, p_entry
	from jsonb_to_recordset(p_rows) h (household bigint, groups jsonb),
		jsonb_to_recordset(coalesce(h.groups, '[]')) g ("group" bigint, "from" date, until date);
$$;
comment on function loan.import_status_rows(smallint, bigint, jsonb) is 'dated rows of new households: residence, attributes, classes, agenda, groups';

reset role;
set role vonvay_api;

create or replace function api.import_begin(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_kind text, p_name text, p_size bigint, p_sha256 bytea, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'import.begin', p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_import bigint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.enter_all(p_actor);
	insert into loan.import (branch, kind, name, size, sha256, state, actor)
	values (head.branch, p_kind, p_name, p_size, p_sha256, 'uploading', p_actor) returning import_id into v_import;
	perform loan.audit_add(head.branch, entry_id, 'import', v_import::text, '{kind,name,size,sha256}');
	reply := loan.write_reply(p_actor, p_key, format('{"import":"%s"}', v_import));
end $$;
comment on function api.import_begin(bigint, smallint, uuid, bytea, text, date, bigint, text, text, bigint, bytea) is
	'announces a file; makes the reply itself';

create or replace function api.import_append(p_actor bigint, p_import bigint, p_at_byte bigint, p_bytes bytea) returns bigint
language plpgsql security definer set search_path = '' as $$
begin
	return loan.import_piece(loan.enter_all(p_actor), p_import, p_at_byte, octet_length(p_bytes), p_bytes, null, null);
end $$;
comment on function api.import_append(bigint, bigint, bigint, bytea) is
	'a piece of the file at its place, once (LN014 when it does not fit); how many bytes are there';

create or replace function api.import_append_sealed(p_actor bigint, p_import bigint, p_at_byte bigint, p_length bigint, p_sealed text,
	p_digest text) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_key integer := loan.sealed_key(p_sealed);
begin
	perform loan.data_keys_use(array[v_key]);
	return loan.import_piece(v_branch, p_import, p_at_byte, p_length, decode(p_sealed, 'hex'), v_key, decode(p_digest, 'hex'));
end $$;
comment on function api.import_append_sealed(bigint, bigint, bigint, bigint, text, text) is
	'the same of a piece that the daemon sealed, with the keyed hash by which it is known again';

create or replace function api.import_check(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_import bigint, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'import.check', p_key, p_body_sha256, p_reply, p_business, p_reference);
	i loan.import;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.enter_all(p_actor);
	i := loan.import_get(head.branch, p_import);
	if i.state not in ('uploaded', 'invalid', 'valid', 'failed') or i.received <> i.size then
		raise exception 'import % is %: % of % bytes received', p_import, i.state, i.received, i.size using errcode = 'LN014';
	end if;
	update loan.import set state = 'validating', message = null where import_id = p_import;
end $$;
comment on function api.import_check(bigint, smallint, uuid, bytea, text, date, bigint, bigint) is
	'asks the worker to check the file (LN014 while it is not complete or at work)';

create or replace function api.import_apply(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p_import bigint, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'import.apply', p_key, p_body_sha256, p_reply, p_business, p_reference);
	i loan.import;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.enter_all(p_actor);
	i := loan.import_get(head.branch, p_import);
	if i.errors > 0 then
		raise exception 'import % has % errors', p_import, i.errors using errcode = 'LN009';
	end if;
	if i.state <> 'valid' and not (i.state = 'failed' and i.lines is not null and i.checked_lines = i.lines) then
		raise exception 'import % is %, not valid', p_import, i.state using errcode = 'LN014';
	end if;
	update loan.import set state = 'applying', message = null where import_id = p_import;
end $$;
comment on function api.import_apply(bigint, smallint, uuid, bytea, text, date, bigint, bigint) is
	'asks the worker to apply a file that was found valid (LN009 with errors, LN014 else)';

create or replace function api.import_status(p_actor bigint, p_import bigint, p_errors_after integer, p_limit integer) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_data jsonb;
begin
	select jsonb_build_object('import', i.import_id::text, 'kind', i.kind, 'name', i.name, 'state', i.state, 'size', i.size,
		'received', i.received, 'lines', i.lines, 'checked_lines', i.checked_lines, 'applied_lines', i.applied_lines,
		'errors', i.errors, 'message', i.message,
		'error_list', (select coalesce(jsonb_agg(jsonb_build_object('ordinal', e.ordinal, 'line', e.line, 'column', e."column",
				'message', e.message) order by e.ordinal), '[]')
			from (select x.* from loan.import_error x where x.import_id = i.import_id and x.ordinal > p_errors_after
				order by x.ordinal limit p_limit) e))
	into v_data
	from loan.import i where i.import_id = p_import and i.branch = v_branch;
	if not found then
		raise exception 'no import %', p_import using errcode = 'LN010', column = 'import';
	end if;
	return v_data;
end $$;
comment on function api.import_status(bigint, bigint, integer, integer) is
	'how far an import is, with its errors after a number (LN010)';

create or replace function api.import_next(p_actor bigint, p_import bigint)
returns table (import_id bigint, kind text, name text, state text, size bigint, received bigint, sha256 text, lines bigint,
	applied_lines bigint, takeover boolean, business_date date, swept_until date, reference_version bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query
	select i.import_id, i.kind, i.name, i.state, i.size, i.received, encode(i.sha256, 'hex'), i.lines, i.applied_lines,
		not exists (select from loan.sweep_day d where d.branch = v_branch), b.business_date, b.swept_until,
		(select r.version from loan.reference_version r)
	from loan.import i join loan.business b on b.branch = v_branch
	where i.branch = v_branch and i.state in ('validating', 'applying') and (p_import is null or i.import_id = p_import)
	order by i.import_id limit 1;
end $$;
comment on function api.import_next(bigint, bigint) is 'the import to check or to apply (null: the oldest); takeover: no night has run yet';

create or replace function api.import_read(p_actor bigint, p_import bigint, p_at_byte bigint, p_limit integer)
returns table (at_byte bigint, bytes bytea, sealed boolean)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select p.at_byte, p.bytes, p.key_id is not null
	from loan.import i join loan.import_part p on p.import_id = i.import_id
	where i.branch = v_branch and i.import_id = p_import and p.at_byte >= p_at_byte
	order by p.at_byte limit p_limit;
end $$;
comment on function api.import_read(bigint, bigint, bigint, integer) is 'pieces of the file from a byte on';

create or replace function api.import_set(p_actor bigint, p_import bigint, p_state text, p_lines bigint, p_checked bigint,
	p_errors bigint, p_message text) returns void
language plpgsql security definer set search_path = '' as $$
declare
	i loan.import := loan.import_get(loan.enter_all(p_actor), p_import);
begin
	if coalesce(p_state, i.state) = 'validating' and p_checked = 0 then
		delete from loan.import_error e where e.import_id = p_import;
		delete from loan.import_review r where r.import_id = p_import;
	end if;
	update loan.import set state = coalesce(p_state, state), lines = coalesce(p_lines, lines),
		checked_lines = coalesce(p_checked, checked_lines), errors = coalesce(p_errors, errors),
		message = coalesce(p_message, message),
		finished_at = case when p_state in ('applied', 'failed') then now() else finished_at end
	where import_id = p_import;
end $$;
comment on function api.import_set(bigint, bigint, text, bigint, bigint, bigint, text) is
	'what the worker has to say about an import (null: as it is); a check that begins again forgets its errors';

create or replace function api.import_errors_add(p_actor bigint, p_import bigint, p_rows jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
	i loan.import := loan.import_get(loan.enter_all(p_actor), p_import);
begin
	insert into loan.import_error (import_id, ordinal, line, "column", message)
	select p_import, n.ordinal, n.line, coalesce(n."column", ''), n.message
	from jsonb_to_recordset(p_rows) n (ordinal integer, line bigint, "column" text, message text)
	on conflict do nothing;
end $$;
comment on function api.import_errors_add(bigint, bigint, jsonb) is 'errors of a file by line and column';

create or replace function api.import_lookup(p_actor bigint, p_kind text, p_keys text[]) returns table (key text, extra text)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	case p_kind
	when 'area' then
		return query select a.code, a.kind from loan.area a
		where a.branch = v_branch and a.superseded_at is null and a.code = any (p_keys);
	when 'point' then
		return query select p.code, p.area from loan.point p where p.branch = v_branch and p.code = any (p_keys);
	when 'group' then
		return query select g.group_id::text, concat_ws('|', g.organisation, g.point_id, g.formed_on, coalesce(g.dissolved_on::text, ''))
		from loan.credit_group g where g.branch = v_branch and g.group_id = any (p_keys::bigint[]);
	when 'household' then
		return query select h.household_id::text, concat_ws('|',
			(select coalesce(string_agg(r.from_on || ':' || r.area, ',' order by r.from_on), '')
				from loan.household_residence r
				where r.branch = v_branch and r.household_id = h.household_id and r.superseded_by is null),
			h.registered_on, coalesce(h.left_on::text, ''),
			(select coalesce(string_agg(m.member_no::text, ',' order by m.member_no), '') from loan.household_member m
				where m.branch = v_branch and m.household_id = h.household_id))
		from loan.household h where h.branch = v_branch and h.household_id = any (p_keys::bigint[]);
	when 'review' then
		return query select h.household_id::text, concat_ws('|', h.registered_on, coalesce(h.left_on::text, ''), h.version,
			(select coalesce(string_agg(c.from_on || ':' || c.class, ',' order by c.from_on), '')
				from loan.household_class c
				where c.branch = v_branch and c.household_id = h.household_id and c.superseded_by is null))
		from loan.household h where h.branch = v_branch and h.household_id = any (p_keys::bigint[]);
	when 'citizen_hash' then
		return query select encode(p.hash, 'hex'), '' from loan.personal p
		where p.branch = v_branch and p.field = 1
			and p.hash = any (array(select decode(k, 'hex') from unnest(p_keys) k));
	when 'citizen_elsewhere' then
		return query select k, '' from unnest(p_keys) k
		where loan.citizen_known(array[decode(k, 'hex')]) and not exists (select from loan.personal p
			where p.branch = v_branch and p.field = 1 and p.hash = decode(k, 'hex'));
	when 'contract' then
		return query select c.loan_id::text, '' from loan.contract c
		where c.branch = v_branch and c.loan_id = any (p_keys::bigint[]);
	else
		raise exception 'no lookup of %', p_kind using errcode = 'LN422';
	end case;
end $$;
comment on function api.import_lookup(bigint, text, text[]) is 'which of the keys exist, with what a check of the file needs of them';

create or replace function api.import_areas(p_actor bigint, p_import bigint, p_upto_line bigint, p_rows jsonb) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_entry bigint;
begin
	perform loan.import_advance(v_branch, p_import, 'areas', p_upto_line);
	v_entry := loan.import_entry(v_branch, p_actor, p_import, 'areas');
	if loan.import_units(v_branch, p_rows) + loan.import_points(v_branch, p_rows) > 0 then
		perform loan.reference_raise();
	end if;
	return v_entry;
end $$;
comment on function api.import_areas(bigint, bigint, bigint, jsonb) is 'one chunk of areas and transaction points; reference data change with it';

create or replace function api.import_groups(p_actor bigint, p_import bigint, p_upto_line bigint, p_rows jsonb) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_entry bigint;
begin
	perform loan.import_advance(v_branch, p_import, 'groups', p_upto_line);
	v_entry := loan.import_entry(v_branch, p_actor, p_import, 'groups');
	insert into loan.credit_group (branch, group_id, name, search, organisation, area, hamlet, point_id, leader, formed_on,
		dissolved_on, entry_id)
	select v_branch, n."group", n.name, loan.searchable(n.name), n.organisation, n.area, coalesce(n.hamlet, ''),
		(select p.point_id from loan.point p where p.branch = v_branch and p.code = n.point), coalesce(n.leader, ''),
		n.formed_on, n.dissolved_on, v_entry
	from jsonb_to_recordset(p_rows) n ("group" bigint, name text, organisation smallint, area text, hamlet text, point text,
		leader text, formed_on date, dissolved_on date);
	return v_entry;
exception when unique_violation then
	raise exception 'a group of this chunk exists already' using errcode = 'LN014';
end $$;
comment on function api.import_groups(bigint, bigint, bigint, jsonb) is 'one chunk of new groups (LN014 when one exists)';

create or replace function api.import_households(p_actor bigint, p_import bigint, p_upto_line bigint, p_rows jsonb) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_entry bigint;
begin
	perform loan.import_advance(v_branch, p_import, 'households', p_upto_line);
	v_entry := loan.import_entry(v_branch, p_actor, p_import, 'households');
	insert into loan.household (branch, household_id, name, search, registered_on, left_on, entry_id)
	select v_branch, n.household, n.name, loan.searchable(n.name), n.registered_on, n.left_on, v_entry
	from jsonb_to_recordset(p_rows) n (household bigint, name text, registered_on date, left_on date);
	perform loan.import_members(v_branch, v_entry, p_rows), loan.import_status_rows(v_branch, v_entry, p_rows);
	return v_entry;
exception when unique_violation then
	raise exception 'a household or a citizen id of this chunk exists already' using errcode = 'LN014', detail = sqlerrm;
end $$;
comment on function api.import_households(bigint, bigint, bigint, jsonb) is
	'one chunk of new households with members and dated rows (LN014 when one exists)';

create or replace function api.import_loans(
	p_actor bigint, p_import bigint, p_upto_line bigint, p_upto_on date, p_business date, p_reference bigint, p_contracts jsonb,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[]) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_entry bigint;
begin
	perform loan.import_advance(v_branch, p_import, 'loans', p_upto_line);
	perform loan.check_business(v_branch, p_business, p_reference);
	if p_upto_on > p_business and exists (select from loan.sweep_day d where d.branch = v_branch) then
		raise exception 'facts after the business date are taken over only before the first night' using errcode = 'LN007';
	end if;
	v_entry := loan.import_entry(v_branch, p_actor, p_import, 'loans');
	perform loan.write_contracts(v_branch, v_entry, p_contracts);
	perform loan.refuse_stale(loan.write_batch(v_branch, v_entry, p_business, p_upto_on, p_states, p_amounts, p_facts,
		p_openings, p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda));
	return v_entry;
end $$;
comment on function api.import_loans(bigint, bigint, bigint, date, date, bigint, jsonb, bigint[], bigint[], bigint[], bigint[],
	bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]) is 'one chunk of loans with their history, through the same batch as live writes';

reset role;
