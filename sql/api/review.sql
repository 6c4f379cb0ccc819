-- Reviews of households: requests during the year with the day by which the result is due, and what a file of the yearly
-- review would change. What a class means after those before it is said by C (household_change_of).
set role vonvay_owner;

create or replace function loan.work_review(p_branch smallint, p_on date) returns table (kind text, subject text,
	subject_id text, household_id bigint, group_id bigint, due_on date, detail jsonb) language sql stable as $$
	select 'review', 'review', r.review_id::text, r.household_id, null::bigint, r.due_on,
		jsonb_build_object('asked_on', r.asked_on, 'note', r.note)
	from loan.household_review r
	where r.branch = p_branch and r.starts_on <= p_on and (r.closed_on is null or r.closed_on > p_on)
$$;
comment on function loan.work_review(smallint, date) is 'work: requests for a review that have no result yet';

create or replace function loan.residence_on(p_branch smallint, p_household bigint, p_day date, out area text, out hamlet text)
language sql stable as $$
	select r.area, r.hamlet from loan.household_residence r
	where r.branch = p_branch and r.household_id = p_household and r.superseded_by is null and r.from_on <= p_day
	order by r.from_on desc limit 1
$$;
comment on function loan.residence_on(smallint, bigint, date) is 'commune and hamlet where a household lives on a day';

-- Rows of a checked file with the commune, as valid on p_day, in which each household lives on the day of its review.
create or replace function loan.import_review_rows(p_branch smallint, p_import bigint, p_day date)
returns table (line bigint, household_id bigint, on_day date, before smallint, class smallint, change text, changed boolean,
	area text, hamlet text, name text) language sql stable as $$
	select i.line, i.household_id, i.on_day, i.before, i.class, i.change, h.version <> i.version, coalesce(u.unit, home.area),
		home.hamlet, h.name
	from loan.import_review i
	join loan.household h on h.branch = p_branch and h.household_id = i.household_id
	left join lateral loan.residence_on(p_branch, i.household_id, i.on_day) home on true
	left join loan.units_on(p_branch, p_day) u on u.code = home.area
	where i.import_id = p_import and i.branch = p_branch
$$;
comment on function loan.import_review_rows(smallint, bigint, date) is 'what a checked file of reviews would change, by household';

create or replace function loan.review_import(p_branch smallint, p_import bigint) returns loan.import language plpgsql stable as $$
declare
	i loan.import;
begin
	select x.* into i from loan.import x where x.import_id = p_import and x.branch = p_branch;
	if not found then
		raise exception 'no import %', p_import using errcode = 'LN010', column = 'import';
	end if;
	if i.kind <> 'reviews' then
		raise exception 'import % is of %, not of reviews', p_import, i.kind using errcode = 'LN014', column = 'import';
	end if;
	if i.errors > 0 or i.state not in ('valid', 'applying', 'applied', 'failed') then
		raise exception 'import % is %: a preview needs a file without errors', p_import, i.state
			using errcode = 'LN014', column = 'import';
	end if;
	return i;
end $$;
comment on function loan.review_import(smallint, bigint) is 'an import of reviews that was found valid (LN010, LN014)';

-- Poor and near-poor households of a commune that the file does not name.
create or replace function loan.review_missing(p_branch smallint, p_import bigint, p_day date, p_areas text[])
returns table (area text, households bigint) language sql stable as $$
	select u.unit, count(*)
	from loan.household h
	cross join lateral loan.residence_on(p_branch, h.household_id, p_day) home
	join loan.units_on(p_branch, p_day) u on u.code = home.area
	where h.branch = p_branch and u.unit = any (p_areas) and (h.left_on is null or h.left_on > p_day)
		and loan.household_class_on(p_branch, h.household_id, p_day) in (1, 2)
		and not exists (select from loan.import_review i where i.import_id = p_import and i.household_id = h.household_id)
	group by u.unit
$$;
comment on function loan.review_missing(smallint, bigint, date, text[]) is
	'how many households are poor or near-poor on a day and not in the file, by commune';

reset role;
set role vonvay_api;

create or replace function api.review_preview(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	i loan.import := loan.review_import(v_branch, (p ->> 'import')::bigint);
	v_day date := (select max(r.on_day) from loan.import_review r where r.import_id = i.import_id);
	v_limit integer := coalesce((p ->> 'limit')::integer, 50);
	v_page jsonb;
	v_data jsonb;
begin
	with listed as (
		select r.* from loan.import_review_rows(v_branch, i.import_id, v_day) r
		where r.line > coalesce((p ->> 'after')::bigint, 0)
			and (p ->> 'area' is null or r.area = p ->> 'area')
			and (p ->> 'change' is null or r.change = p ->> 'change')
		order by r.line limit v_limit + 1
	), page as (
		select l.* from listed l order by l.line limit v_limit
	)
	select jsonb_build_object('households', (select coalesce(jsonb_agg(jsonb_build_object('line', g.line,
			'household', loan.household_no(g.household_id), 'name', g.name, 'area', g.area, 'hamlet', g.hamlet, 'on', g.on_day,
			'before', b.word, 'class', c.word, 'change', g.change) order by g.line), '[]')
		from page g
		join loan.code b on b.kind = 'household_class' and b.code = g.before
		join loan.code c on c.kind = 'household_class' and c.code = g.class),
		'next', case when (select count(*) from listed) > v_limit then (select max(g.line) from page g) end)
	into v_page;

	with counted as (
		select r.area, r.change, count(*) as households, count(*) filter (where r.changed) as changed
		from loan.import_review_rows(v_branch, i.import_id, v_day) r group by r.area, r.change
	), missing as (
		select m.* from loan.review_missing(v_branch, i.import_id, v_day, array(select c.area from counted c)) m
	), communes as (
		select c.area, jsonb_object_agg(c.change, c.households) as changes, sum(c.households) as households
		from counted c group by c.area
	), total as (
		select c.change, sum(c.households) as households from counted c group by c.change
	)
	select jsonb_build_object('import', i.import_id::text, 'state', i.state, 'on', v_day,
		'communes', (select coalesce(jsonb_agg(jsonb_build_object('area', m.area, 'area_name', a.name, 'households', m.households,
				'not_in_file', coalesce(x.households, 0)) || m.changes order by a.name, m.area), '[]')
			from communes m
			left join loan.area a on a.branch = v_branch and a.code = m.area and a.superseded_at is null
			left join missing x on x.area = m.area),
		'total', jsonb_build_object('households', (select coalesce(sum(t.households), 0) from total t),
				'not_in_file', (select coalesce(sum(x.households), 0) from missing x))
			|| (select coalesce(jsonb_object_agg(t.change, t.households), '{}') from total t),
		'changed_since_check', case when i.state = 'valid' then (select coalesce(sum(c.changed), 0) from counted c) end)
	into v_data;
	return v_data || v_page;
end $$;
comment on function api.review_preview(bigint, jsonb) is
	'what a checked file of reviews would change, counted by commune, with the households behind the counts, page by page';

create or replace function api.review_list(p_actor bigint, p jsonb) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter(p_actor);
	v_today date := (select b.business_date from loan.business b where b.branch = v_branch);
	v_areas text[] := case when p ? 'area' then loan.area_units(v_branch, p ->> 'area') end;
	v_state text := coalesce(p ->> 'state', 'open');
	v_limit integer := coalesce((p ->> 'limit')::integer, 50);
	v_data jsonb;
begin
	with listed as (
		select r.*, h.name, home.area, home.hamlet,
			coalesce(r.closed_on, v_today) > r.due_on as late
		from loan.household_review r
		join loan.household h on h.branch = v_branch and h.household_id = r.household_id
		left join lateral loan.residence_on(v_branch, r.household_id, coalesce(r.closed_on, v_today)) home on true
		where r.branch = v_branch and r.review_id > coalesce((p ->> 'after')::bigint, 0)
			and (v_areas is null or home.area = any (v_areas))
			and case v_state when 'open' then r.closed_on is null
				when 'late' then r.closed_on is null and r.due_on < v_today
				when 'closed' then r.closed_on is not null else true end
		order by r.review_id limit v_limit + 1
	), page as (
		select l.* from listed l order by l.review_id limit v_limit
	)
	select jsonb_build_object('reviews', (select coalesce(jsonb_agg(jsonb_build_object('review', g.review_id::text,
			'household', loan.household_no(g.household_id), 'name', g.name, 'area', g.area, 'hamlet', g.hamlet,
			'asked_on', g.asked_on, 'starts_on', g.starts_on, 'due_on', g.due_on, 'late', g.late,
			'days_late', case when g.late then coalesce(g.closed_on, v_today) - g.due_on end,
			'closed_on', g.closed_on, 'class', c.word, 'change', g.change, 'decision', g.decision, 'note', g.note)
			order by g.review_id), '[]')
		from page g left join loan.code c on c.kind = 'household_class' and c.code = g.class),
		'next', case when (select count(*) from listed) > v_limit then (select max(g.review_id)::text from page g) end)
	into v_data;
	return v_data;
end $$;
comment on function api.review_list(bigint, jsonb) is 'requests for a review: open, late, closed or all, page by page';

create or replace function api.household_review(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, d jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.household_begin(p_actor, p_door, 'household.review', p_key, p_body_sha256, p_reply, p_business,
		p_reference, p, d, 'on');
	v_review bigint;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	select r.review_id into v_review from loan.household_review r
	where r.branch = head.branch and r.household_id = head.household and r.closed_on is null;
	if found then
		raise exception 'household % waits for review % already', loan.household_no(head.household), v_review
			using errcode = 'LN014', column = 'household';
	end if;
	insert into loan.household_review (branch, household_id, asked_on, starts_on, due_on, note, entry_id)
	values (head.branch, head.household, head.on_day, (d ->> 'starts_on')::date, (d ->> 'due_on')::date, coalesce(p ->> 'note', ''),
		entry_id)
	returning review_id into v_review;
	perform loan.audit_add(head.branch, entry_id, 'household', head.household::text, '{review}');
	reply := loan.household_reply(p_actor, p_key, head.household, jsonb_build_object('review', v_review::text,
		'asked_on', head.on_day, 'starts_on', d ->> 'starts_on', 'due_on', d ->> 'due_on'));
end $$;
comment on function api.household_review(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'a household asks for a review (LN014 while it waits for one)';

create or replace function api.review_close(
	p_actor bigint, p_door smallint, p_key uuid, p_body_sha256 bytea, p_reply text, p_business date, p_reference bigint,
	p jsonb, d jsonb, out entry_id bigint, out reply text, out repeated boolean)
language plpgsql security definer set search_path = '' as $$
declare
	head record := loan.household_begin(p_actor, p_door, 'review.close', p_key, p_body_sha256, p_reply, p_business,
		p_reference, p, d, 'on');
	r loan.household_review;
begin
	entry_id := head.entry_id;
	reply := head.reply;
	repeated := head.repeated;
	if repeated then
		return;
	end if;
	select x.* into r from loan.household_review x
	where x.branch = head.branch and x.household_id = head.household and x.closed_on is null for update;
	if not found then
		raise exception 'household % waits for no review', loan.household_no(head.household) using errcode = 'LN404', column = 'household';
	end if;
	if head.on_day < r.asked_on then
		raise exception 'the review was asked for on %', r.asked_on using errcode = 'LN007', column = 'on';
	end if;
	if p ? 'income' then
		perform loan.survey_set(head.branch, head.household, head.on_day, (p ->> 'income')::bigint, (d ->> 'lacking')::integer, entry_id);
	end if;
	if p ? 'decision' then
		perform loan.class_set(head.branch, head.household, head.on_day, (d ->> 'class')::smallint, p ->> 'decision', null, entry_id);
		perform loan.agenda_set(head.branch, head.household, d -> 'agenda');
	end if;
	update loan.household_review x set closed_on = head.on_day, class = (d ->> 'class')::smallint, change = d ->> 'change',
		decision = p ->> 'decision', closed_by = review_close.entry_id
	where x.review_id = r.review_id;
	reply := loan.household_reply(p_actor, p_key, head.household, jsonb_build_object('review', r.review_id::text,
		'on', head.on_day, 'class', p ->> 'class', 'change', d ->> 'change', 'decision', p ->> 'decision',
		'due_on', r.due_on, 'late', head.on_day > r.due_on) || coalesce(d -> 'computed', '{}'));
end $$;
comment on function api.review_close(bigint, smallint, uuid, bytea, text, date, bigint, jsonb, jsonb) is
	'the result of a review: a class with its decision, or the class there is; what was found (LN404, LN007)';

create or replace function api.import_review_rows(p_actor bigint, p_import bigint, p_rows jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
	i loan.import := loan.import_get(loan.enter_all(p_actor), p_import);
begin
	if i.state <> 'validating' then
		raise exception 'import % is %', p_import, i.state using errcode = 'LN014';
	end if;
	insert into loan.import_review (import_id, line, branch, household_id, on_day, before, class, change, version)
	select p_import, n.line, i.branch, n.household, n."on", n.before, n.class, n.change, n.version
	from jsonb_to_recordset(p_rows) n (line bigint, household bigint, "on" date, before smallint, class smallint, change text,
		version bigint);
end $$;
comment on function api.import_review_rows(bigint, bigint, jsonb) is 'what the check of a file of reviews found, for its preview';

create or replace function api.import_reviews(p_actor bigint, p_import bigint, p_upto_line bigint, p_rows jsonb) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
	v_branch smallint := loan.enter_all(p_actor);
	v_entry bigint;
	h loan.household;
	n record;
begin
	perform loan.import_advance(v_branch, p_import, 'reviews', p_upto_line);
	v_entry := loan.import_entry(v_branch, p_actor, p_import, 'reviews');
	for n in select * from jsonb_to_recordset(p_rows) x (household bigint, "on" date, class smallint, decision text, income bigint,
			lacking integer, agenda jsonb, version bigint) order by x.household loop
		h := loan.household_lock(v_branch, n.household, n.version, 'household');
		perform loan.class_set(v_branch, n.household, n."on", n.class, n.decision, null, v_entry);
		perform loan.agenda_set(v_branch, n.household, n.agenda);
		if n.income is not null then
			perform loan.survey_set(v_branch, n.household, n."on", n.income, n.lacking, v_entry);
		end if;
		perform loan.household_changed(v_branch, n.household, n."on");
	end loop;
	return v_entry;
end $$;
comment on function api.import_reviews(bigint, bigint, bigint, jsonb) is
	'one chunk of reviews: classes with their decisions and what was found; the next night looks at the households';

reset role;
