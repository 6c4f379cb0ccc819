-- Summaries of any day from additive changes.
set role vonvay_owner;

create or replace function loan.units_on(p_branch smallint, p_day date) returns table (code text, unit text)
language sql stable as $$
	with recursive step(code, unit, depth) as (
		select a.code, a.code, 0 from loan.area a where a.branch = p_branch and a.superseded_at is null
		union all
		select s.code, a.successor, s.depth + 1
		from step s
		join loan.area a on a.branch = p_branch and a.code = s.unit and a.superseded_at is null
		where a.valid_to < p_day and a.successor is not null and s.depth < 20
	)
	select distinct on (s.code) s.code, s.unit from step s order by s.code, s.depth desc
$$;
comment on function loan.units_on(smallint, date) is 'every unit and the one that stands in its place on a day, through its successors';

create or replace function loan.key_of(p_by text[], p_programme text, p_commune text, p_organisation text, p_point text,
	p_status text) returns text[] language sql immutable parallel safe as $$
	select coalesce(array_agg(case w when 'programme' then p_programme when 'commune' then p_commune
		when 'organisation' then p_organisation when 'point' then p_point when 'status' then p_status end order by i), '{}')
	from unnest(p_by) with ordinality u (w, i)
$$;
comment on function loan.key_of(text[], text, text, text, text, text) is 'the values of the words of p_by in their order';

create or replace function loan.check_by(p_by text[]) returns void language plpgsql immutable as $$
declare
	w text;
begin
	foreach w in array p_by loop
		if w <> all ('{programme,commune,organisation,point,status}') then
			raise exception 'by: % is none of programme, commune, organisation, point, status', w using errcode = 'LN422';
		end if;
	end loop;
end $$;
comment on function loan.check_by(text[]) is 'refuses an unknown word of grouping (LN422)';

create or replace function loan.cells_on(p_branch smallint, p_day date)
returns table (cell_id integer, programme text, commune text, organisation text, point text, rate_line text,
	overdue_percent smallint)
language sql stable as $$
	select c.cell_id, c.programme, coalesce(u.unit, c.commune), o.word, p.code, c.rate_line, c.overdue_percent
	from loan.cell c
	join loan.organisation o on o.organisation = c.organisation
	join loan.point p on p.branch = c.branch and p.point_id = c.point_id
	left join loan.units_on(p_branch, p_day) u on u.code = c.commune
	where c.branch = p_branch
$$;
comment on function loan.cells_on(smallint, date) is 'the cells of summaries with the commune as valid on a day';

reset role;
set role vonvay_api;

create or replace function api.portfolio(p_actor bigint, p_as_of date, p_by text[])
returns table (key text[], rate_line text, overdue_percent smallint, loans bigint, in_term bigint, overdue bigint,
	frozen bigint, grace bigint, overdue_grace bigint, interest_in_term_dong text, interest_in_term_units text,
	interest_overdue_dong text, interest_overdue_units text, interest_grace_dong text, interest_grace_units text)
language plpgsql stable security definer set search_path = '' set work_mem = '32MB' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	perform loan.check_by(p_by);
	return query
	with cell as (
		select d.cell_id, d.status, sum(d.loans) as loans, sum(d.in_term) as in_term, sum(d.overdue) as overdue,
			sum(d.frozen) as frozen, sum(d.grace) as grace, sum(d.overdue_grace) as overdue_grace,
			sum(d.interest_in_term_dong) as it_dong, sum(d.interest_in_term_units) as it_units,
			sum(d.interest_overdue_dong) as od_dong, sum(d.interest_overdue_units) as od_units,
			sum(d.interest_grace_dong) as gr_dong, sum(d.interest_grace_units) as gr_units
		from loan.portfolio_delta d
		where d.branch = v_branch and d.effective_on <= p_as_of
		group by d.cell_id, d.status
	)
	select k.key, c.rate_line, c.overdue_percent, sum(t.loans)::bigint, sum(t.in_term)::bigint, sum(t.overdue)::bigint,
		sum(t.frozen)::bigint, sum(t.grace)::bigint, sum(t.overdue_grace)::bigint, sum(t.it_dong)::text,
		sum(t.it_units)::text, sum(t.od_dong)::text, sum(t.od_units)::text, sum(t.gr_dong)::text, sum(t.gr_units)::text
	from cell t
	join loan.cells_on(v_branch, p_as_of) c on c.cell_id = t.cell_id
	left join loan.code s on s.kind = 'loan_status' and s.code = t.status,
	lateral (select loan.key_of(p_by, c.programme, c.commune, c.organisation, c.point, s.word) as key) k
	group by k.key, c.rate_line, c.overdue_percent
	order by k.key, c.rate_line, c.overdue_percent;
end $$;
comment on function api.portfolio(bigint, date, text[]) is
	'sums of a day by the words of p_by, rate line and overdue percent; the interests are what C adds F(day) x balance to';

create or replace function api.portfolio_borrowers(p_actor bigint, p_as_of date, p_by text[])
returns table (key text[], borrowers bigint)
language plpgsql stable security definer set search_path = '' set work_mem = '32MB' as $$
#variable_conflict use_column
declare
	v_branch smallint := loan.enter(p_actor);
begin
	perform loan.check_by(p_by);
	return query
	with cell as (
		select distinct s.household_id, s.cell_id, s.status from loan.span s
		where s.branch = v_branch and s.from_on <= p_as_of and (s.until_on is null or s.until_on > p_as_of)
	), keyed as materialized (
		select t.cell_id, t.status, loan.key_of(p_by, c.programme, c.commune, c.organisation, c.point, w.word) as key
		from (select distinct x.cell_id, x.status from cell x) t
		join loan.cells_on(v_branch, p_as_of) c on c.cell_id = t.cell_id
		left join loan.code w on w.kind = 'loan_status' and w.code = t.status
	)
	select k.key, count(distinct t.household_id)
	from cell t join keyed k on k.cell_id = t.cell_id and k.status = t.status
	group by k.key order by k.key;
end $$;
comment on function api.portfolio_borrowers(bigint, date, text[]) is 'households with a balance on a day, once a row';

reset role;
