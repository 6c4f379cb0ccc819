-- Changes of reference data by two people. One function a kind stores its rows; the same functions make the preview, inside a
-- subtransaction that is rolled back, so what is shown is what will be. What a kind takes: daemon/rpc/change_kinds.c.
set role vonvay_owner;

-- ---- refusals ----

create or replace function loan.change_refuse(p_field text, p_state text, p_message text) returns void language plpgsql as $$
begin
	raise exception '%', p_message using errcode = p_state, column = p_field;
end $$;
comment on function loan.change_refuse(text, text, text) is 'refuses a change: the field at fault, LN422, LN007 or LN014, the sentence';

-- A rule for contracts to come, or for balances from now on, begins no earlier than the business date.
create or replace function loan.change_not_past(p_field text, p_day date, p_business date) returns void language plpgsql as $$
begin
	if p_day < p_business then
		perform loan.change_refuse(p_field, 'LN007', format('%s: %s lies before the business date %s', p_field, p_day, p_business));
	end if;
end $$;
comment on function loan.change_not_past(text, date, date) is 'refuses a day before the business date (LN007)';

create or replace function loan.change_programme_of(p jsonb) returns loan.programme language plpgsql stable as $$
declare
	found_programme loan.programme;
begin
	select r.* into found_programme from loan.programme r where r.code = p ->> 'programme';
	if not found then
		perform loan.change_refuse('programme', 'LN404', format('no programme %s', p ->> 'programme'));
	end if;
	return found_programme;
end $$;
comment on function loan.change_programme_of(jsonb) is 'the programme a change names (LN404)';

create or replace function loan.change_line_of(p_line text) returns loan.rate_line language plpgsql stable as $$
declare
	found_line loan.rate_line;
begin
	select l.* into found_line from loan.rate_line l where l.line = p_line;
	if not found then
		perform loan.change_refuse('line', 'LN404', format('no rate line %s', p_line));
	elsif found_line.base is not null then
		perform loan.change_refuse('line', 'LN014', format('line %s follows line %s', p_line, found_line.base));
	end if;
	return found_line;
end $$;
comment on function loan.change_line_of(text) is 'the rate line a change names (LN404); an overlay has no rates of its own (LN014)';

create or replace function loan.change_point_of(p_branch smallint, p jsonb) returns integer language plpgsql stable as $$
declare
	v_point integer;
begin
	select t.point_id into v_point from loan.point t where t.branch = p_branch and t.code = p ->> 'point';
	if not found then
		perform loan.change_refuse('point', 'LN404', format('no transaction point %s', p ->> 'point'));
	end if;
	return v_point;
end $$;
comment on function loan.change_point_of(smallint, jsonb) is 'the transaction point a change names by its code (LN404)';

create or replace function loan.change_area_of(p_branch smallint, p_field text, p_code text) returns loan.area language plpgsql stable as $$
declare
	found_area loan.area;
begin
	select a.* into found_area from loan.area a where a.branch = p_branch and a.code = p_code and a.superseded_at is null;
	if not found then
		perform loan.change_refuse(p_field, 'LN404', format('%s: no unit %s', p_field, p_code));
	end if;
	return found_area;
end $$;
comment on function loan.change_area_of(smallint, text, text) is 'the administrative unit a change names (LN404)';

create or replace function loan.change_mark(p_decision text) returns text language sql immutable as $$
	select case when coalesce(p_decision, '') <> '' then 'found' else 'known' end
$$;
comment on function loan.change_mark(text) is 'how sure a row is: with a decision its source is found';

-- The rates a change gives, one a line: {line, rate}, or several in rows.
create or replace function loan.change_rates(p jsonb) returns table (line text, rate_e7 integer) language sql immutable as $$
	select r.line, (r.rate * 100000)::integer
	from jsonb_to_recordset(coalesce(p -> 'rows', jsonb_build_array(p))) r (line text, rate numeric)
$$;
comment on function loan.change_rates(jsonb) is 'lines and rates of a change of rates';

-- 03A -> 03B, 03B-priority -> 03C-priority, 25-land -> 25-landB: the letter by which lines of one kind follow each other
-- (reference_line_choose takes what stands before it for the purpose).
create or replace function loan.change_line_next(p_line text) returns text language plpgsql stable as $$
declare
	v_tail text := case when p_line like '%-priority' then '-priority' else '' end;
	v_stem text := regexp_replace(left(p_line, length(p_line) - length(v_tail)), '[A-Z]$', '');
	v_last integer;
begin
	select coalesce(max(ascii(substr(l.line, length(v_stem) + 1, 1))) filter (where length(l.line) > length(v_stem) + length(v_tail)),
		ascii('A')) into v_last
	from loan.rate_line l
	where l.line ~ ('^' || regexp_replace(v_stem, '([^[:alnum:]])', '\\\1', 'g') || '[A-Z]?' || v_tail || '$');
	if v_last >= ascii('Z') then
		perform loan.change_refuse('line', 'LN014', format('the lines after %s are used up', p_line));
	end if;
	return v_stem || chr(v_last + 1) || v_tail;
end $$;
comment on function loan.change_line_next(text) is 'name of the line that contracts join after this one';

-- ---- one function a kind ----

create or replace function loan.change_rate_row(p_change bigint, p_mark text, p_line text, p_from date, p_rate_e7 integer, p_applies text)
returns void language plpgsql as $$
begin
	update loan.rate_row r set superseded_at = now(), superseded_by = p_change
	where r.line = p_line and r.valid_from = p_from and r.superseded_at is null;
	insert into loan.rate_row (line, valid_from, rate_e7, applies_to, mark, change_id)
	values (p_line, p_from, p_rate_e7, p_applies, p_mark, p_change);
end $$;
comment on function loan.change_rate_row(bigint, text, text, date, integer, text) is 'a rate from a day on, in place of what was known of that day';

create or replace function loan.change_rate_new_line(p_change bigint, p_mark text, p_line loan.rate_line, p_from date, p_rate_e7 integer)
returns void language plpgsql as $$
declare
	v_line text := loan.change_line_next(p_line.line);
begin
	if exists (select from loan.rate_line l where l.code = p_line.code and l.priority = p_line.priority and l.base is null
			and l.line ~ ('^' || regexp_replace(regexp_replace(p_line.line, '[A-Z]?(-priority)?$', ''), '([^[:alnum:]])', '\\\1', 'g')
				|| '[A-Z]?(-priority)?$')
			and l.for_contracts_from >= p_from) then
		perform loan.change_refuse('from', 'LN014', format('a later line than %s begins on or after %s', p_line.line, p_from));
	end if;
	insert into loan.rate_line (line, code, for_contracts_from, priority, change_id)
	values (v_line, p_line.code, p_from, p_line.priority, p_change);
	perform loan.change_rate_row(p_change, p_mark, v_line, p_from, p_rate_e7, 'new_loans');
end $$;
comment on function loan.change_rate_new_line(bigint, text, loan.rate_line, date, integer) is
	'a rate for new contracts only opens a line of its own: what was lent before stays where it is (domain.md 0)';

create or replace function loan.change_rate(p_change bigint, p_mark text, p jsonb, p_business date) returns void language plpgsql as $$
declare
	r record;
	v_from date := (p ->> 'from')::date;
	v_new boolean := p ->> 'applies_to' = 'new_loans';
	v_line loan.rate_line;
	v_now integer;
begin
	if v_from < p_business then
		perform loan.change_refuse('from', 'LN007',
			format('%s lies before the business date %s: a rate already in force is corrected (rate.correct)', v_from, p_business));
	end if;
	for r in select c.line, c.rate_e7 from loan.change_rates(p) c loop
		v_line := loan.change_line_of(r.line);
		select t.rate_e7 into v_now from loan.rate_row t
		where t.line = r.line and t.superseded_at is null and t.valid_from <= v_from order by t.valid_from desc limit 1;
		if v_now = r.rate_e7 then
			perform loan.change_refuse('rate', 'LN014', format('line %s has this rate on %s already', r.line, v_from));
		elsif v_now is null then
			perform loan.change_refuse('from', 'LN007', format('line %s begins after %s', r.line, v_from));
		elsif v_new then
			perform loan.change_rate_new_line(p_change, p_mark, v_line, v_from, r.rate_e7);
		else
			perform loan.change_rate_row(p_change, p_mark, r.line, v_from, r.rate_e7, 'all_balances');
		end if;
	end loop;
end $$;
comment on function loan.change_rate(bigint, text, jsonb, date) is 'kind rate: for all balances of a line, or for new contracts';

create or replace function loan.change_rate_correction(p_change bigint, p_mark text, p jsonb, p_business date) returns void language plpgsql as $$
declare
	r record;
	v_from date := (p ->> 'from')::date;
	v_line loan.rate_line;
	v_first loan.rate_row;
	v_now loan.rate_row;
begin
	if v_from >= p_business then
		perform loan.change_refuse('from', 'LN007',
			format('%s is not before the business date %s: a rate to come is changed, not corrected', v_from, p_business));
	end if;
	for r in select c.line, c.rate_e7 from loan.change_rates(p) c loop
		v_line := loan.change_line_of(r.line);
		select t.* into v_first from loan.rate_row t
		where t.line = r.line and t.superseded_at is null order by t.valid_from limit 1;
		select t.* into v_now from loan.rate_row t
		where t.line = r.line and t.superseded_at is null and t.valid_from <= v_from order by t.valid_from desc limit 1;
		if v_first.valid_from > v_from then
			perform loan.change_refuse('from', 'LN007', format('line %s begins on %s', r.line, v_first.valid_from));
		elsif v_now.rate_e7 = r.rate_e7 then
			perform loan.change_refuse('rate', 'LN014', format('line %s has this rate on %s already', r.line, v_from));
		end if;
		perform loan.change_rate_row(p_change, p_mark, r.line, v_from, r.rate_e7,
			case when v_first.valid_from = v_from then v_first.applies_to else 'all_balances' end);
	end loop;
end $$;
comment on function loan.change_rate_correction(bigint, text, jsonb, date) is
	'kind rate_correction: the rate that was in force from a day to the next row of its line';

create or replace function loan.change_limit(p_change bigint, p_mark text, p jsonb, p_business date) returns void language plpgsql as $$
declare
	v_programme loan.programme := loan.change_programme_of(p);
	v_from date := (p ->> 'from')::date;
	v_until date := (p ->> 'until')::date;
	was loan.programme_limit;
	v_next date;
	v_purpose text := coalesce(p ->> 'purpose', '');
begin
	perform loan.change_not_past('from', v_from, p_business);
	select l.* into was from loan.programme_limit l
	where l.code = v_programme.code and l.purpose = v_purpose and l.superseded_at is null and l.valid_from <= v_from
	order by l.valid_from desc limit 1;
	if not found and not (p ? 'cap' and p ? 'cap_basis') then
		perform loan.change_refuse('purpose', 'LN404', format('programme %s has no limit for "%s" on %s; a new one needs cap and cap_basis',
			v_programme.code, v_purpose, v_from));
	end if;
	if v_purpose <> '' and v_purpose <> all (string_to_array(v_programme.purpose, '|')) then
		perform loan.change_refuse('purpose', 'LN422', format('programme %s is not for %s', v_programme.code, v_purpose));
	end if;
	select min(l.valid_from) into v_next from loan.programme_limit l
	where l.code = v_programme.code and l.purpose = v_purpose and l.superseded_at is null and l.valid_from > v_from;
	if v_until < v_from then
		perform loan.change_refuse('until', 'LN422', format('until %s is before from %s', v_until, v_from));
	elsif v_until >= v_next then
		perform loan.change_refuse('until', 'LN014', format('a limit from %s on is known already', v_next));
	end if;
	update loan.programme_limit l set superseded_at = now(), superseded_by = p_change
	where l.row_id = was.row_id and coalesce(l.valid_to, 'infinity') >= v_from;
	if was.row_id is not null and was.valid_from < v_from and coalesce(was.valid_to, 'infinity') >= v_from then
		insert into loan.programme_limit (code, purpose, valid_from, valid_to, cap, cap_basis, max_term_months, term_rule,
			principal_grace_months, interest_grace_months, mark, change_id)
		values (was.code, was.purpose, was.valid_from, v_from - 1, was.cap, was.cap_basis, was.max_term_months, was.term_rule,
			was.principal_grace_months, was.interest_grace_months, was.mark, p_change);
	end if;
	insert into loan.programme_limit (code, purpose, valid_from, valid_to, cap, cap_basis, max_term_months, term_rule,
		principal_grace_months, interest_grace_months, mark, change_id)
	values (v_programme.code, v_purpose, v_from, coalesce(v_until, v_next - 1), coalesce((p ->> 'cap')::bigint, was.cap),
		coalesce(p ->> 'cap_basis', was.cap_basis), coalesce((p ->> 'max_term_months')::smallint, was.max_term_months),
		coalesce(was.term_rule, ''), coalesce((p ->> 'principal_grace_months')::smallint, was.principal_grace_months),
		coalesce((p ->> 'interest_grace_months')::smallint, was.interest_grace_months), p_mark, p_change);
end $$;
comment on function loan.change_limit(bigint, text, jsonb, date) is
	'kind limit: what a programme lends at most from a day on; what is not said stays as it was the day before';

create or replace function loan.change_instalment_period(p_change bigint, p_mark text, p jsonb) returns void language plpgsql as $$
declare
	v_programme loan.programme := loan.change_programme_of(p);
	v_low smallint := (p ->> 'term_from')::smallint;
	v_high smallint := (p ->> 'term_to')::smallint;
	was loan.instalment_period;
begin
	if v_high < v_low then
		perform loan.change_refuse('term_to', 'LN422', format('a term of %s months is shorter than %s', v_high, v_low));
	end if;
	select i.* into was from loan.instalment_period i
	where i.code = v_programme.code and i.superseded_at is null and i.term_months_from <= v_high and i.term_months_to >= v_low
		and i.term_months_from <> v_low limit 1;
	if found then
		perform loan.change_refuse('term_from', 'LN014', format('terms of %s to %s months have a rule of their own',
			was.term_months_from, was.term_months_to));
	end if;
	update loan.instalment_period i set superseded_at = now(), superseded_by = p_change
	where i.code = v_programme.code and i.superseded_at is null and i.term_months_from = v_low;
	insert into loan.instalment_period (code, term_months_from, term_months_to, instalment_months_max, mark, change_id)
	values (v_programme.code, v_low, v_high, (p ->> 'instalment_months')::smallint, p_mark, p_change);
end $$;
comment on function loan.change_instalment_period(bigint, text, jsonb) is
	'kind instalment_period: the longest time between principal instalments of new contracts of some terms, at once';

create or replace function loan.change_policy(p_change bigint, p_mark text, p jsonb, p_business date, p_reason text) returns void
language plpgsql as $$
declare
	v_name text := p ->> 'name';
	v_value text := p ->> 'value';
	v_programme text := coalesce(p ->> 'programme', '');
	v_entrusted text := coalesce(p ->> 'entrusted', '');
	v_from date := (p ->> 'from')::date;
begin
	if not exists (select from loan.policy t where t.name = v_name and t.superseded_at is null) then
		perform loan.change_refuse('name', 'LN404', format('no policy %s', v_name));
	end if;
	if v_programme <> '' then
		perform loan.change_programme_of(p);
	end if;
	if v_name not like 'allocation\_%' then
		perform loan.change_not_past('from', v_from, p_business);
	end if;
	if v_value !~ '^-?[0-9]{1,15}$' and not exists (
			select from loan.policy t where t.name = v_name and t.superseded_at is null and t.value !~ '^-?[0-9]{1,15}$') then
		perform loan.change_refuse('value', 'LN422', format('policy %s is a number, %s is none', v_name, v_value));
	end if;
	if v_value = (select t.value from loan.policy t where t.name = v_name and t.programme = v_programme
			and t.entrusted = v_entrusted and t.superseded_at is null and t.from_on <= v_from order by t.from_on desc limit 1) then
		perform loan.change_refuse('value', 'LN014', format('policy %s has this value on %s already', v_name, v_from));
	end if;
	update loan.policy t set superseded_at = now(), superseded_by = p_change
	where t.name = v_name and t.programme = v_programme and t.entrusted = v_entrusted and t.from_on = v_from
		and t.superseded_at is null;
	insert into loan.policy (name, programme, entrusted, from_on, value, reason, mark, change_id)
	values (v_name, v_programme, v_entrusted, v_from, v_value, p_reason, p_mark, p_change);
end $$;
comment on function loan.change_policy(bigint, text, jsonb, date, text) is 'kind policy: the value of a policy from a day on';

create or replace function loan.change_holiday(p_change bigint, p_mark text, p jsonb) returns void language plpgsql as $$
declare
	v_day date := (p ->> 'day')::date;
	v_cancelled boolean := coalesce((p ->> 'cancelled')::boolean, false);
	v_known boolean := exists (select from loan.holiday h where h.on_day = v_day and h.superseded_at is null);
begin
	if v_cancelled and not v_known then
		perform loan.change_refuse('day', 'LN404', format('%s is no holiday', v_day));
	elsif not v_cancelled and v_known then
		perform loan.change_refuse('day', 'LN014', format('%s is a holiday already', v_day));
	elsif not v_cancelled and coalesce(p ->> 'name', '') = '' then
		perform loan.change_refuse('name', 'LN422', 'a holiday needs its name');
	elsif v_cancelled then
		update loan.holiday h set superseded_at = now(), superseded_by = p_change where h.on_day = v_day and h.superseded_at is null;
	else
		insert into loan.holiday (on_day, name, mark, change_id) values (v_day, p ->> 'name', p_mark, p_change);
	end if;
end $$;
comment on function loan.change_holiday(bigint, text, jsonb) is 'kind holiday: a day becomes a holiday, or is none after all';

create or replace function loan.change_session_day(p_change bigint, p_mark text, p jsonb, p_branch smallint) returns void language plpgsql as $$
declare
	v_point integer := loan.change_point_of(p_branch, p);
	v_from date := (p ->> 'from')::date;
	v_day smallint := (p ->> 'session_day')::smallint;
begin
	if v_from <= (select min(d.from_on) from loan.point_day d
			where d.branch = p_branch and d.point_id = v_point and d.superseded_at is null) then
		perform loan.change_refuse('from', 'LN007', format('point %s has its first day later than %s', p ->> 'point', v_from));
	end if;
	if v_day = (select d.day from loan.point_day d where d.branch = p_branch and d.point_id = v_point and d.superseded_at is null
			and d.from_on <= v_from order by d.from_on desc limit 1) then
		perform loan.change_refuse('session_day', 'LN014', format('point %s has its session on day %s already', p ->> 'point', v_day));
	end if;
	update loan.point_day d set superseded_at = now(), superseded_by = p_change
	where d.branch = p_branch and d.point_id = v_point and d.from_on = v_from and d.superseded_at is null;
	insert into loan.point_day (branch, point_id, from_on, day, mark, change_id)
	values (p_branch, v_point, v_from, v_day, p_mark, p_change);
end $$;
comment on function loan.change_session_day(bigint, text, jsonb, smallint) is 'kind session_day: the fixed day of a point from a day on';

create or replace function loan.change_session_change(p_change bigint, p_reason text, p jsonb, p_branch smallint) returns void
language plpgsql as $$
declare
	v_point integer := loan.change_point_of(p_branch, p);
	v_day date := (p ->> 'month')::date;
	v_month integer := extract(year from v_day)::integer * 12 + extract(month from v_day)::integer - 1;
	v_held date := (p ->> 'held_on')::date;
	v_cancelled boolean := coalesce((p ->> 'cancelled')::boolean, false);
begin
	if (v_held is null) <> v_cancelled then
		perform loan.change_refuse('held_on', 'LN422', 'a session is either moved (held_on) or cancelled');
	elsif abs(extract(year from v_held)::integer * 12 + extract(month from v_held)::integer - 1 - v_month) > 1 then
		perform loan.change_refuse('held_on', 'LN422', 'a session is moved into a neighbouring month at the furthest');
	elsif exists (select from loan.session_change c where c.branch = p_branch and c.point_id = v_point and c.month = v_month
			and c.superseded_at is null and c.held_on is not distinct from v_held) then
		perform loan.change_refuse('held_on', 'LN014', 'this session stands like that already');
	end if;
	update loan.session_change c set superseded_at = now(), superseded_by = p_change
	where c.branch = p_branch and c.point_id = v_point and c.month = v_month and c.superseded_at is null;
	insert into loan.session_change (branch, point_id, month, held_on, reason, change_id)
	values (p_branch, v_point, v_month, v_held, p_reason, p_change);
end $$;
comment on function loan.change_session_change(bigint, text, jsonb, smallint) is
	'kind session_change: the session of one month is held on another day, or not at all (domain.md 2.8)';

create or replace function loan.change_area_put(p_change bigint, p_mark text, p_area loan.area) returns void language plpgsql as $$
begin
	update loan.area a set superseded_at = now(), superseded_by = p_change
	where a.branch = p_area.branch and a.code = p_area.code and a.superseded_at is null;
	insert into loan.area (branch, code, name, search, kind, parent, rural, difficulty, valid_from, valid_to, successor, mark, change_id)
	values (p_area.branch, p_area.code, p_area.name, loan.searchable(p_area.name), p_area.kind, p_area.parent, p_area.rural,
		p_area.difficulty, p_area.valid_from, p_area.valid_to, p_area.successor, p_mark, p_change);
	-- who lives there may borrow something else now: the next night compares
	perform loan.household_changed(p_area.branch, h.household_id, b.business_date)
	from (select distinct r.household_id from loan.household_residence r
		where r.branch = p_area.branch and r.area = any (loan.area_units(p_area.branch, p_area.code)) and r.superseded_by is null) h,
		loan.business b
	where b.branch = p_area.branch;
end $$;
comment on function loan.change_area_put(bigint, text, loan.area) is 'an administrative unit as it is known now';

create or replace function loan.change_area(p_change bigint, p_mark text, p jsonb, p_branch smallint) returns void language plpgsql as $$
declare
	v_area loan.area;
	v_parent loan.area;
begin
	if exists (select from loan.area a where a.branch = p_branch and a.code = p ->> 'area' and a.superseded_at is null) then
		perform loan.change_refuse('area', 'LN014', format('unit %s exists already', p ->> 'area'));
	end if;
	v_parent := loan.change_area_of(p_branch, 'parent', p ->> 'parent');
	v_area.branch := p_branch;
	v_area.code := p ->> 'area';
	v_area.name := p ->> 'name';
	v_area.kind := coalesce(p ->> 'area_kind', 'commune');
	v_area.parent := v_parent.code;
	v_area.rural := not coalesce((p ->> 'urban')::boolean, false);
	v_area.difficulty := coalesce((p ->> 'difficulty')::smallint, 0);
	v_area.valid_from := (p ->> 'from')::date;
	perform loan.change_area_put(p_change, p_mark, v_area);
end $$;
comment on function loan.change_area(bigint, text, jsonb, smallint) is 'kind area_new: a new administrative unit';

create or replace function loan.change_area_end(p_change bigint, p_mark text, p jsonb, p_branch smallint) returns void language plpgsql as $$
declare
	v_successor loan.area := loan.change_area_of(p_branch, 'successor', p ->> 'successor');
	v_until date := (p ->> 'until')::date;
	v_code text;
	v_area loan.area;
begin
	if v_successor.valid_from > v_until + 1 or coalesce(v_successor.valid_to, 'infinity') <= v_until then
		perform loan.change_refuse('successor', 'LN014', format('unit %s does not stand on %s', v_successor.code, v_until + 1));
	end if;
	for v_code in select jsonb_array_elements_text(p -> 'areas') loop
		v_area := loan.change_area_of(p_branch, 'areas', v_code);
		if v_area.code = v_successor.code or v_area.kind <> v_successor.kind and not (v_area.kind = 'town' and v_successor.kind = 'commune') then
			perform loan.change_refuse('areas', 'LN014', format('%s %s can''t be followed by %s %s', v_area.kind, v_area.code,
				v_successor.kind, v_successor.code));
		elsif v_area.valid_to is not null then
			perform loan.change_refuse('areas', 'LN014', format('unit %s has ended on %s', v_area.code, v_area.valid_to));
		elsif v_until < v_area.valid_from then
			perform loan.change_refuse('until', 'LN007', format('unit %s begins on %s', v_area.code, v_area.valid_from));
		end if;
		v_area.valid_to := v_until;
		v_area.successor := v_successor.code;
		perform loan.change_area_put(p_change, p_mark, v_area);
	end loop;
end $$;
comment on function loan.change_area_end(bigint, text, jsonb, smallint) is
	'kind area_end: units end and another stands in their place from the next day on (a merger); what belongs to them stays theirs and is shown under it';

create or replace function loan.change_area_difficulty(p_change bigint, p_mark text, p jsonb, p_branch smallint) returns void
language plpgsql as $$
declare
	v_area loan.area := loan.change_area_of(p_branch, 'area', p ->> 'area');
begin
	if v_area.difficulty = (p ->> 'difficulty')::smallint then
		perform loan.change_refuse('difficulty', 'LN014', format('unit %s has this difficulty already', v_area.code));
	end if;
	v_area.difficulty := (p ->> 'difficulty')::smallint;
	perform loan.change_area_put(p_change, p_mark, v_area);
end $$;
comment on function loan.change_area_difficulty(bigint, text, jsonb, smallint) is
	'kind area_difficulty: 0 none, 1 difficult, 2 extremely difficult, for decisions from now on';

create or replace function loan.change_programme(p_change bigint, p jsonb, p_business date) returns void language plpgsql as $$
declare
	v_programme loan.programme := loan.change_programme_of(p);
	v_from date := (p ->> 'from')::date;
	v_until date := (p ->> 'until')::date;
begin
	if (v_from is null) = (v_until is null) then
		perform loan.change_refuse('until', 'LN422', 'a programme is either opened (from) or closed (until)');
	end if;
	perform loan.change_not_past(case when v_from is null then 'until' else 'from' end, coalesce(v_from, v_until), p_business);
	if v_until is not null and (v_until < v_programme.opened or v_programme.closed < p_business or v_programme.closed = v_until) then
		perform loan.change_refuse('until', 'LN014', format('programme %s is open from %s to %s', v_programme.code,
			v_programme.opened, v_programme.closed));
	elsif v_from is not null and (v_programme.closed is null or v_from <= v_programme.closed) then
		perform loan.change_refuse('from', 'LN014', format('programme %s is open then', v_programme.code));
	end if;
	update loan.programme r set opened = coalesce(v_from, r.opened), closed = v_until, change_id = coalesce(p_change, r.change_id)
	where r.code = v_programme.code;
end $$;
comment on function loan.change_programme(bigint, jsonb, date) is
	'kind programme: no new contract after a day, or again from a day on; balances run on';

create or replace function loan.change_relief(p_change bigint, p_decision text, p jsonb) returns void language plpgsql as $$
declare
	v_relief smallint := (select coalesce(max(r.relief_id), 0) + 1 from loan.relief r);
	v_overlay smallint := (select coalesce(max(l.overlay), 0) from loan.rate_line l);
	v_from date := (p ->> 'from')::date;
	v_until date := (p ->> 'until')::date;
	v_line text;
begin
	if exists (select from loan.relief r where r.name = p ->> 'name') then
		perform loan.change_refuse('name', 'LN014', format('relief %s exists already', p ->> 'name'));
	elsif v_until <= v_from then
		perform loan.change_refuse('until', 'LN422', format('until %s is not after from %s', v_until, v_from));
	elsif (p ? 'holiday_from') <> (p ? 'holiday_until') or (p ->> 'holiday_until')::date <= (p ->> 'holiday_from')::date then
		perform loan.change_refuse('holiday_until', 'LN422', 'a collection holiday has a first day and, after it, the day interest is asked for again');
	end if;
	for v_line in select jsonb_array_elements_text(coalesce(p -> 'lines', '[]')) loop
		perform loan.change_line_of(v_line);
	end loop;
	insert into loan.relief (relief_id, name, decision, rate_delta_e7, from_on, until_on, holiday_from, holiday_until, change_id)
	values (v_relief, p ->> 'name', p_decision, ((p ->> 'rate_delta')::numeric * 100000)::integer, v_from, v_until,
		(p ->> 'holiday_from')::date, (p ->> 'holiday_until')::date, p_change);
	insert into loan.rate_line (line, code, for_contracts_from, priority, change_id, base, relief, overlay)
	select l.line || '~' || v_relief, l.code, l.for_contracts_from, l.priority, p_change, l.line, v_relief,
		v_overlay + row_number() over (order by l.line)
	from loan.rate_line l
	where l.base is null and (not p ? 'lines' or l.line in (select jsonb_array_elements_text(p -> 'lines')))
		and exists (select from loan.rate_row r where r.line = l.line and r.superseded_at is null and r.valid_from < v_until);
end $$;
comment on function loan.change_relief(bigint, text, jsonb) is
	'kind relief: for each line concerned one that follows it, less the delta inside the days; loans move to it one by one (loan.relieve)';

create or replace function loan.change_rows(p_branch smallint, p_change bigint, p_kind text, p jsonb, p_reason text, p_decision text,
	p_business date) returns void language plpgsql as $$
declare
	v_mark text := loan.change_mark(p_decision);
begin
	case p_kind
	when 'rate' then perform loan.change_rate(p_change, v_mark, p, p_business);
	when 'rate_correction' then perform loan.change_rate_correction(p_change, v_mark, p, p_business);
	when 'limit' then perform loan.change_limit(p_change, v_mark, p, p_business);
	when 'instalment_period' then perform loan.change_instalment_period(p_change, v_mark, p);
	when 'policy' then perform loan.change_policy(p_change, v_mark, p, p_business, p_reason);
	when 'holiday' then perform loan.change_holiday(p_change, v_mark, p);
	when 'session_day' then perform loan.change_session_day(p_change, v_mark, p, p_branch);
	when 'session_change' then perform loan.change_session_change(p_change, p_reason, p, p_branch);
	when 'area_new' then perform loan.change_area(p_change, v_mark, p, p_branch);
	when 'area_end' then perform loan.change_area_end(p_change, v_mark, p, p_branch);
	when 'area_difficulty' then perform loan.change_area_difficulty(p_change, v_mark, p, p_branch);
	when 'programme' then perform loan.change_programme(p_change, p, p_business);
	when 'relief' then perform loan.change_relief(p_change, p_decision, p);
	end case;
	perform loan.reference_raise();
end $$;
comment on function loan.change_rows(smallint, bigint, text, jsonb, text, text, date) is
	'stores the rows of a change, or refuses it (LN404, LN422, LN007, LN014 with the field); the reference data have another version then';

-- ---- what a change touches ----

create or replace function loan.change_is_past(p_kind text, p jsonb, p_business date) returns boolean language sql immutable as $$
	select case p_kind
	when 'rate_correction' then true
	when 'session_day' then (p ->> 'from')::date <= p_business
	when 'session_change' then date_trunc('month', (p ->> 'month')::date)::date <= p_business
		or coalesce((p ->> 'held_on')::date <= p_business, false)
	when 'holiday' then (p ->> 'day')::date <= p_business
	when 'policy' then (p ->> 'name' like 'allocation\_%' and (p ->> 'from')::date <= p_business)
		or p ->> 'name' in ('holiday_rule', 'session_close_days') -- these two count for every session there ever was
	else false end
$$;
comment on function loan.change_is_past(text, jsonb, date) is
	'may it change what follows from facts up to the business date? then the worker computes the loans anew';

create or replace function loan.change_loans(p_branch smallint, p_kind text, p jsonb, p_business date, p_preview boolean)
returns setof bigint language plpgsql stable as $$
begin
	case
	when p_kind = 'rate_correction' then
		return query
		select c.loan_id from loan.contract c join loan.state s on s.branch = c.branch and s.loan_id = c.loan_id
		where c.branch = p_branch and c.rate_line in (select r.line from loan.change_rates(p) r)
			and (s.last_on > (p ->> 'from')::date or s.since > (p ->> 'from')::date or (p_preview and s.status not in (0, 4)))
		order by 1;
	when p_kind in ('session_day', 'session_change') then
		return query
		select c.loan_id from loan.contract c join loan.state s on s.branch = c.branch and s.loan_id = c.loan_id
		where c.branch = p_branch and loan.change_served_by(c, s, loan.change_point_of(p_branch, p))
			and s.facts > 0 and (s.status <> 4 or not p_preview)
		order by 1;
	when p_kind = 'holiday' or (p_kind = 'policy' and (p ->> 'name' like 'allocation\_%'
			or p ->> 'name' in ('holiday_rule', 'session_close_days'))) then
		return query
		select s.loan_id from loan.state s
		where s.branch = p_branch and s.facts > 0 and (s.status <> 4 or not p_preview) order by 1;
	when p_preview and p_kind in ('limit', 'instalment_period', 'programme') then
		return query
		select c.loan_id from loan.contract c
		where c.branch = p_branch and c.programme = p ->> 'programme' and c.contract_on > p_business - interval '12 months'
			and (not p ? 'purpose' or p ->> 'purpose' = '' or c.purpose = p ->> 'purpose')
		order by 1;
	else
		return;
	end case;
end $$;
comment on function loan.change_loans(smallint, text, jsonb, date, boolean) is
	'loans that C has to fold with the old and the new reference data; p_preview: those it makes the figures of';

create or replace function loan.change_served_by(c loan.contract, s loan.state, p_point integer) returns boolean language sql stable as $$
	select p_point in (c.point_id, s.point_id) or exists (
		select from loan.fact f join loan.place t on t.branch = f.branch and t.place_id = f.number
		where f.branch = c.branch and f.loan_id = c.loan_id and f.kind = 16 and t.point_id = p_point)
$$;
comment on function loan.change_served_by(loan.contract, loan.state, integer) is 'is or was the loan served by this point?';

create or replace function loan.change_area_counts(p_branch smallint, p_kind text, p jsonb) returns jsonb language sql stable as $$
	with unit as (
		select u.code from loan.area u
		where u.branch = p_branch and u.superseded_at is null
			and u.code in (select p ->> 'area' union select jsonb_array_elements_text(coalesce(p -> 'areas', '[]')))
	), place as (
		select distinct on (r.household_id) r.household_id, r.area from loan.household_residence r
		where r.branch = p_branch and r.superseded_by is null order by r.household_id, r.from_on desc
	)
	select jsonb_build_object(
		'households', (select count(*) from place t join loan.household h on h.branch = p_branch and h.household_id = t.household_id
			where t.area in (select code from unit) and h.left_on is null),
		'groups', (select count(*) from loan.credit_group g
			where g.branch = p_branch and g.area in (select code from unit) and g.dissolved_on is null),
		'points', (select count(*) from loan.point t where t.branch = p_branch and t.area in (select code from unit)),
		'loans', (select count(*) from loan.contract c join loan.state s on s.branch = c.branch and s.loan_id = c.loan_id
			where c.branch = p_branch and c.commune in (select code from unit) and s.status not in (0, 4)))
	where p_kind in ('area_new', 'area_end', 'area_difficulty')
$$;
comment on function loan.change_area_counts(smallint, text, jsonb) is 'what belongs to the units of a change: households, groups, points, running loans';

create or replace function loan.change_get(p_branch smallint, p jsonb) returns loan.change language plpgsql as $$
declare
	found_change loan.change;
begin
	select c.* into found_change from loan.change c
	where c.branch = p_branch and c.change_id = (p ->> 'change')::bigint for no key update;
	if not found then
		raise exception 'no change %', p ->> 'change' using errcode = 'LN404', column = 'change';
	end if;
	return found_change;
end $$;
comment on function loan.change_get(smallint, jsonb) is 'locks a change (LN404)';

create or replace function loan.change_show(c loan.change) returns jsonb language sql stable as $$
	select jsonb_build_object('change', c.change_id::text, 'kind', c.kind, 'state', c.state, 'parameters', c.parameters,
		'reason', c.reason, 'decision', c.decision,
		'proposed_by', (select s.name from loan.staff s where s.staff_id = c.proposed_by),
		'proposed_at', (select e.recorded_at from loan.entry e where e.branch = c.branch and e.entry_id = c.proposed_entry),
		'proposed_on', (select e.business_date from loan.entry e where e.branch = c.branch and e.entry_id = c.proposed_entry),
		'decided_by', (select s.name from loan.staff s where s.staff_id = c.decided_by),
		'decided_at', (select e.recorded_at from loan.entry e where e.branch = c.branch and e.entry_id = c.decided_entry),
		'note', c.note, 'loans_changed', c.loans_changed, 'message', c.message, 'finished_at', c.finished_at)
$$;
comment on function loan.change_show(loan.change) is 'a change as people see it';

create or replace function loan.change_summary_rates(p jsonb) returns text language sql stable as $$
	select string_agg(r.line || ' ' || trim_scale(r.rate_e7 / 100000.0) || ' %', ', ' order by r.line) from loan.change_rates(p) r
$$;
comment on function loan.change_summary_rates(jsonb) is 'lines and rates in one line';

create or replace function loan.change_summary(c loan.change) returns text language sql stable as $$
	select case c.kind
	when 'rate' then loan.change_summary_rates(c.parameters) || ' ' || (c.parameters ->> 'from')
	when 'rate_correction' then loan.change_summary_rates(c.parameters) || ' ' || (c.parameters ->> 'from')
	else (select coalesce(string_agg(v #>> '{}', ' '), '') from (
		select c.parameters -> w as v from unnest('{name,programme,purpose,point,area,areas,successor,from,until,day,month,held_on,session_day,value,cap,difficulty}'::text[])
			with ordinality u (w, i) where c.parameters ? w order by i) t)
	end
$$;
comment on function loan.change_summary(loan.change) is 'the parameters of a change in one line';

-- Stores the rows of a change and its end.
create or replace function loan.change_apply(c loan.change, p_entry bigint, p_business date) returns void language plpgsql as $$
begin
	perform loan.change_rows(c.branch, c.change_id, c.kind, c.parameters, c.reason, c.decision, p_business);
	update loan.change set state = 'applied', applied_entry = p_entry, finished_at = now(), message = null
	where change_id = c.change_id;
	perform loan.audit_add(c.branch, p_entry, 'change', c.change_id::text, array[c.kind]);
end $$;
comment on function loan.change_apply(loan.change, bigint, date) is 'stores the rows of a change: it is applied';

reset role;
set role vonvay_api;

-- Applies inside a subtransaction, reads what would be, and rolls back by its own exception.
create or replace function api.change_try(p_actor bigint, p_change bigint, p_kind text, p jsonb, p_decision text,
	out kind text, out parameters jsonb, out past boolean, out business date, out version bigint, out before jsonb,
	out after jsonb, out show jsonb, out counts jsonb)
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	c loan.change;
begin
	if p_change is not null then
		select t.* into c from loan.change t where t.branch = v_branch and t.change_id = p_change;
		if not found then
			raise exception 'no change %', p_change using errcode = 'LN404', column = 'change';
		end if;
		show := loan.change_show(c);
	else
		c.kind := p_kind;
		c.parameters := p;
		c.reason := '-';
		c.decision := p_decision;
	end if;
	kind := c.kind;
	parameters := c.parameters;
	select b.business_date into business from loan.business b where b.branch = v_branch;
	select r.version into version from loan.reference_version r;
	past := loan.change_is_past(kind, parameters, business);
	before := loan.reference_data(v_branch);
	if c.state in ('proposed', 'applying', 'failed') or p_change is null then
		begin
			perform loan.change_rows(v_branch, null, c.kind, c.parameters, c.reason, c.decision, business);
			after := loan.reference_data(v_branch);
			raise exception 'as it was' using errcode = 'LN999';
		exception when sqlstate 'LN999' then
			null;
		end;
		counts := loan.change_area_counts(v_branch, kind, parameters);
	end if;
end $$;
comment on function api.change_try(bigint, bigint, text, jsonb, text) is
	'the reference data as they are and as a change (p_change, or p_kind and p) would make them; nothing is stored. after is null when it is decided';

create or replace function api.change_loans(p_actor bigint, p_kind text, p jsonb, p_preview boolean) returns setof bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query select loan.change_loans(v_branch, p_kind, p,
		(select b.business_date from loan.business b where b.branch = v_branch), p_preview);
end $$;
comment on function api.change_loans(bigint, text, jsonb, boolean) is 'loans that a change may touch, ascending';

create or replace function api.change_sums(p_actor bigint, p_as_of date, p_lines text[])
returns table (programme text, rate_line text, overdue_percent smallint, loans bigint, in_term bigint, overdue bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query
	select c.programme, c.rate_line, c.overdue_percent, sum(d.loans)::bigint, sum(d.in_term)::bigint, sum(d.overdue)::bigint
	from loan.cell c join loan.portfolio_delta d on d.branch = c.branch and d.cell_id = c.cell_id
	where c.branch = v_branch and c.rate_line = any (p_lines) and d.effective_on <= p_as_of
	group by c.programme, c.rate_line, c.overdue_percent
	order by c.programme, c.rate_line, c.overdue_percent;
end $$;
comment on function api.change_sums(bigint, date, text[]) is 'loans and balances of a day on some rate lines';

create or replace function api.change_borrowers(p_actor bigint, p_as_of date, p_lines text[])
returns table (programme text, households bigint)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return query
	select c.programme, count(distinct s.household_id)
	from loan.cell c join loan.span s on s.branch = c.branch and s.cell_id = c.cell_id
	where c.branch = v_branch and c.rate_line = any (p_lines)
		and s.from_on <= p_as_of and (s.until_on is null or s.until_on > p_as_of)
	group by grouping sets ((c.programme), ())
	order by c.programme nulls last;
end $$;
comment on function api.change_borrowers(bigint, date, text[]) is
	'households with a balance on some rate lines by programme; the last row, without a programme, counts each household once';

-- ---- writes ----

create or replace function api.change_propose(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, p_method text, p_kind text, p_parameters jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, p_method, p_key, p_body_sha256, p_reply, p_business, p_reference);
	v_change bigint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.enter_all(p_actor);
	begin
		perform loan.change_rows(head.branch, null, p_kind, p_parameters, p ->> 'reason', coalesce(p ->> 'decision', ''), p_business);
		raise exception 'as it was' using errcode = 'LN999';
	exception when sqlstate 'LN999' then
		null;
	end;
	insert into loan.change (branch, kind, parameters, reason, decision, proposed_by, proposed_entry)
	values (head.branch, p_kind, p_parameters, p ->> 'reason', coalesce(p ->> 'decision', ''), p_actor, entry_id)
	returning change_id into v_change;
	perform loan.audit_add(head.branch, entry_id, 'change', v_change::text, array[p_kind]);
	reply := loan.write_reply(p_actor, p_key, (select loan.change_show(c)::text from loan.change c where c.change_id = v_change));
end $$;
comment on function api.change_propose(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, text, text, jsonb) is
	'a change somebody proposes; it must fit what is known now. Nothing happens before another person approves it';

create or replace function api.change_approve(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, p_tried bigint, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'change.approve', p_key, p_body_sha256, p_reply, p_business, p_reference);
	c loan.change;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.enter_all(p_actor);
	c := loan.change_get(head.branch, p);
	if c.state not in ('proposed', 'failed') then
		raise exception 'change % is %', c.change_id, c.state using errcode = 'LN014', column = 'change';
	end if;
	perform loan.refuse_maker(head.branch, p_actor, 'change', c.change_id, array[c.proposed_by], 'change',
		format('change %s was proposed by the same person: another one has to approve it', c.change_id));
	if p_tried <> p_reference then
		raise exception 'the reference data have version %, not %', p_reference, p_tried using errcode = 'LN411';
	end if;
	update loan.change set decided_by = p_actor, decided_entry = head.entry_id, note = p ->> 'note', state = 'applying',
		message = null
	where change_id = c.change_id;
	if not loan.change_is_past(c.kind, c.parameters, p_business) then
		perform loan.change_apply(c, entry_id, p_business);
	end if;
	perform loan.audit_add(head.branch, entry_id, 'change', c.change_id::text, '{approved}');
	reply := loan.write_reply(p_actor, p_key, (select loan.change_show(t)::text from loan.change t where t.change_id = c.change_id));
end $$;
comment on function api.change_approve(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, bigint) is
	'another person than the proposer approves (LN043): applied at once, or handed to the worker when loans have to be computed anew; p_tried: the version C has seen its result with';

create or replace function api.change_reject(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'change.reject', p_key, p_body_sha256, p_reply, p_business, p_reference);
	c loan.change;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.enter_all(p_actor);
	c := loan.change_get(head.branch, p);
	if c.state not in ('proposed', 'failed') then
		raise exception 'change % is %', c.change_id, c.state using errcode = 'LN014', column = 'change';
	end if;
	perform loan.refuse_maker(head.branch, p_actor, 'change', c.change_id, array[c.proposed_by], 'change',
		format('change %s was proposed by the same person: it can be withdrawn', c.change_id));
	update loan.change set decided_by = p_actor, decided_entry = head.entry_id, note = p ->> 'note', state = 'rejected',
		finished_at = now()
	where change_id = c.change_id;
	perform loan.audit_add(head.branch, entry_id, 'change', c.change_id::text, '{rejected}');
	reply := loan.write_reply(p_actor, p_key, (select loan.change_show(t)::text from loan.change t where t.change_id = c.change_id));
end $$;
comment on function api.change_reject(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is 'another person than the proposer says no, with a note';

create or replace function api.change_withdraw(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.write_begin(p_actor, p_door, 'change.withdraw', p_key, p_body_sha256, p_reply, p_business, p_reference);
	c loan.change;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	perform loan.enter_all(p_actor);
	c := loan.change_get(head.branch, p);
	if c.state not in ('proposed', 'failed') then
		raise exception 'change % is %', c.change_id, c.state using errcode = 'LN014', column = 'change';
	elsif loan.holder_of(head.branch, 'change', c.change_id, c.proposed_by) <> p_actor then
		raise exception 'change % was proposed by another person: it can be rejected', c.change_id
			using errcode = 'LN403', column = 'change';
	end if;
	update loan.change set decided_by = p_actor, decided_entry = head.entry_id, state = 'withdrawn', finished_at = now()
	where change_id = c.change_id;
	perform loan.audit_add(head.branch, entry_id, 'change', c.change_id::text, '{withdrawn}');
	reply := loan.write_reply(p_actor, p_key, (select loan.change_show(t)::text from loan.change t where t.change_id = c.change_id));
end $$;
comment on function api.change_withdraw(bigint, smallint, uuid, bytea, text, date, bigint, jsonb) is 'the proposer takes a change back';

-- ---- reads ----

create or replace function api.change_list(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return jsonb_build_object('changes', (select coalesce(jsonb_agg(x.row order by x.change_id desc), '[]') from (
		select c.change_id, (loan.change_show(c) - '{parameters,note}'::text[]) || jsonb_build_object('summary', loan.change_summary(c)) as row
		from loan.change c
		where c.branch = v_branch and (not p ? 'state' or c.state = p ->> 'state') and (not p ? 'kind' or c.kind = p ->> 'kind')
		order by c.change_id desc limit coalesce((p ->> 'limit')::integer, 100)) x));
end $$;
comment on function api.change_list(bigint, jsonb) is 'changes of reference data, the newest first';

create or replace function api.change_show(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_reply jsonb;
begin
	select loan.change_show(c) || jsonb_build_object('summary', loan.change_summary(c)) into v_reply from loan.change c
	where c.branch = v_branch and c.change_id = (p ->> 'change')::bigint;
	if not found then
		raise exception 'no change %', p ->> 'change' using errcode = 'LN404', column = 'change';
	end if;
	return v_reply;
end $$;
comment on function api.change_show(bigint, jsonb) is 'one change (LN404)';

create or replace function api.rate_list(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return jsonb_build_object('lines', (select coalesce(jsonb_agg(jsonb_build_object('line', l.line, 'programme', l.code,
			'programme_name', g.name_vi, 'for_contracts_from', l.for_contracts_from, 'priority', l.priority,
			'base', l.base, 'relief', e.name, 'rows', (
				select coalesce(jsonb_agg(jsonb_build_object('from', r.valid_from, 'rate', trim_scale(r.rate_e7 / 100000.0)::text,
					'applies_to', r.applies_to, 'mark', r.mark, 'change', r.change_id::text) order by r.valid_from), '[]')
				from loan.rate_rows r where r.line = l.line))
			order by l.code, l.for_contracts_from nulls first, l.line), '[]')
		from loan.rate_line l join loan.programme g on g.code = l.code left join loan.relief e on e.relief_id = l.relief
		where (not p ? 'programme' or l.code = p ->> 'programme') and (not p ? 'line' or l.line = p ->> 'line')));
end $$;
comment on function api.rate_list(bigint, jsonb) is 'rate lines with the rows that count, what each applies to, how sure it is and the change that made it';

create or replace function api.relief_list(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
begin
	return jsonb_build_object('reliefs', (select coalesce(jsonb_agg(jsonb_build_object('relief', e.name, 'decision', e.decision,
			'rate_delta', trim_scale(e.rate_delta_e7 / 100000.0)::text, 'from', e.from_on, 'until', e.until_on,
			'holiday_from', e.holiday_from, 'holiday_until', e.holiday_until, 'change', e.change_id::text,
			'lines', (select coalesce(jsonb_agg(l.base order by l.base), '[]') from loan.rate_line l where l.relief = e.relief_id))
			order by e.relief_id), '[]')
		from loan.relief e));
end $$;
comment on function api.relief_list(bigint, jsonb) is 'reliefs defined, with the lines they reduce';

-- ---- the worker: all of a change in one transaction, which it holds open ----

create or replace function api.change_waiting(p_actor bigint) returns bigint
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	return (select min(t.change_id) from loan.change t where t.branch = v_branch and t.state = 'applying');
end $$;
comment on function api.change_waiting(bigint) is 'the oldest change the worker has to apply';

create or replace function api.change_begin(p_actor bigint, out change_id bigint, out kind text, out business date, out version bigint,
	out before jsonb, out after jsonb, out loans bigint[])
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	c loan.change;
	v_entry bigint;
begin
	-- nobody writes while loans are computed anew: every write waits for this row (loan.check_business), and has it first
	select b.business_date into business from loan.business b where b.branch = v_branch for update;
	select t.* into c from loan.change t
	where t.branch = v_branch and t.state = 'applying' order by t.change_id limit 1 for update skip locked;
	if not found then
		return;
	end if;
	change_id := c.change_id;
	kind := c.kind;
	loans := array(select loan.change_loans(v_branch, c.kind, c.parameters, business, false));
	before := loan.reference_data(v_branch);
	v_entry := loan.entry_make(v_branch, c.decided_by, 2::smallint, 'change.apply', business);
	perform loan.change_apply(c, v_entry, business);
	after := loan.reference_data(v_branch);
	select r.version into version from loan.reference_version r;
end $$;
comment on function api.change_begin(bigint) is
	'first in the transaction of a change: locks the next one that waits and all writes, stores its rows; the loans to fold anew. No change: null';

create or replace function api.change_write(p_actor bigint, p_change bigint,
	p_states bigint[], p_amounts bigint[], p_facts bigint[], p_openings bigint[], p_transitions bigint[],
	p_superseded bigint[], p_postings bigint[], p_deltas bigint[], p_spans bigint[], p_agenda bigint[]) returns integer
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_business date;
	v_loans integer := coalesce(array_length(p_states, 1), 0);
	c loan.change;
begin
	c := loan.change_get(v_branch, jsonb_build_object('change', p_change));
	select b.business_date into v_business from loan.business b where b.branch = v_branch;
	if c.state <> 'applied' or c.loans_changed is not null then
		raise exception 'change % is not being applied', p_change using errcode = 'LN014', column = 'change';
	end if;
	if v_loans > 0 then
		perform loan.refuse_stale(loan.write_batch(v_branch, c.applied_entry, v_business, v_business, p_states, p_amounts, p_facts,
			p_openings, p_transitions, p_superseded, p_postings, p_deltas, p_spans, p_agenda));
	end if;
	update loan.change set loans_changed = v_loans where change_id = p_change;
	return v_loans;
end $$;
comment on function api.change_write(bigint, bigint, bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[],
	bigint[], bigint[]) is 'last in the transaction of a change: the loans that differ, once';

create or replace function api.change_fail(p_actor bigint, p_change bigint, p_message text) returns void
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
begin
	update loan.change c set state = 'failed', message = p_message
	where c.branch = v_branch and c.change_id = p_change and c.state = 'applying';
end $$;
comment on function api.change_fail(bigint, bigint, text) is 'a change that could not be applied, with the reason; nothing of it is stored';

reset role;
