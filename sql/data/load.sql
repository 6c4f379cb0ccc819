-- Reference data of sql/data/*.csv, which the caller has copied into temporary tables data_NAME (all columns text), all in one
-- transaction. What is new is inserted, what has changed supersedes what was known; what is gone from a file stays.
-- What two people have changed (change_id, superseded_by: loan.change) is theirs: a file no longer touches a row of that key.
create temporary table data_change (rows bigint not null);

insert into loan.branch (branch, code, name) select branch::smallint, code, name from data_branches
on conflict (branch) do update set code = excluded.code, name = excluded.name;

insert into loan.code (kind, code, word) select kind, code::smallint, word from data_codes
on conflict (kind, code) do update set word = excluded.word;

insert into loan.account (account, name_vi, name_en, side) select account::smallint, name_vi, name_en, side from data_accounts
on conflict (account) do update set name_vi = excluded.name_vi, name_en = excluded.name_en, side = excluded.side;

with changed as (
	insert into loan.organisation as o (organisation, word, name_vi, name_en)
	select organisation::smallint, word, name_vi, name_en from data_organisations
	on conflict (organisation) do update set word = excluded.word, name_vi = excluded.name_vi, name_en = excluded.name_en
	where (o.word, o.name_vi, o.name_en) is distinct from (excluded.word, excluded.name_vi, excluded.name_en)
	returning 1
) insert into data_change select count(*) from changed;

insert into loan.form (code, name_vi, name_en, mark) select code, name_vi, name_en, mark from data_forms
on conflict (code) do update set name_vi = excluded.name_vi, name_en = excluded.name_en, mark = excluded.mark;

with changed as (
	insert into loan.programme as p (code, tag, name_vi, name_en, instrument, who, entrusted, purpose, cap_group, opened,
		closed, mark)
	select code, tag, name_vi, name_en, instrument, who, entrusted, purpose, coalesce(cap_group, ''), opened::date,
		closed::date, mark
	from data_programmes
	on conflict (code) do update set tag = excluded.tag, name_vi = excluded.name_vi, name_en = excluded.name_en,
		instrument = excluded.instrument, who = excluded.who, entrusted = excluded.entrusted, purpose = excluded.purpose,
		cap_group = excluded.cap_group, opened = case when p.change_id is null then excluded.opened else p.opened end,
		closed = case when p.change_id is null then excluded.closed else p.closed end, mark = excluded.mark, recorded_at = now()
	where (p.tag, p.name_vi, p.name_en, p.instrument, p.who, p.entrusted, p.purpose, p.cap_group, p.mark)
		is distinct from (excluded.tag, excluded.name_vi, excluded.name_en, excluded.instrument, excluded.who,
			excluded.entrusted, excluded.purpose, excluded.cap_group, excluded.mark)
		or (p.change_id is null and (p.opened, p.closed) is distinct from (excluded.opened, excluded.closed))
	returning 1
) insert into data_change select count(*) from changed;

with changed as (
	insert into loan.rate_line as l (line, code, for_contracts_from, priority)
	select distinct line, code, for_contracts_from::date, line like '%-priority' from data_programme_rates
	on conflict (line) do update set code = excluded.code, for_contracts_from = excluded.for_contracts_from,
		priority = excluded.priority, recorded_at = now()
	where l.change_id is null and (l.code, l.for_contracts_from, l.priority)
		is distinct from (excluded.code, excluded.for_contracts_from, excluded.priority)
	returning 1
) insert into data_change select count(*) from changed;

create temporary view data_rate as
select line, valid_from::date, (rate_percent::numeric * 100000)::integer as rate_e7, applies_to, mark from data_programme_rates;
do $$
begin
	if exists (select from data_programme_rates where scale(trim_scale(rate_percent::numeric * 100000)) > 0) then
		raise exception 'programme_rates.csv: a rate has more than 5 decimals';
	end if;
	-- "1.27 x 01" in the column check: so many times the rate that line has on that day
	if exists (
		select from data_programme_rates r
		where r."check" is not null and r.rate_percent::numeric is distinct from split_part(r."check", ' x ', 1)::numeric * (
			select b.rate_percent::numeric from data_programme_rates b
			where b.line = split_part(r."check", ' x ', 2) and b.valid_from::date <= r.valid_from::date
			order by b.valid_from::date desc limit 1)) then
		raise exception 'programme_rates.csv: a rate is not what its column check says';
	end if;
end $$;
update loan.rate_row r set superseded_at = now() from data_rate d
where r.superseded_at is null and r.change_id is null and r.line = d.line and r.valid_from = d.valid_from
	and (r.rate_e7, r.applies_to, r.mark) is distinct from (d.rate_e7, d.applies_to, d.mark);
with changed as (
	insert into loan.rate_row (line, valid_from, rate_e7, applies_to, mark)
	select d.line, d.valid_from, d.rate_e7, d.applies_to, d.mark from data_rate d where not exists (
		select from loan.rate_row r where (r.superseded_at is null or r.superseded_by is not null) and r.line = d.line and r.valid_from = d.valid_from)
	returning 1
) insert into data_change select count(*) from changed;

create temporary view data_limit as
select code, coalesce(purpose, '') as purpose, valid_from::date, valid_to::date, cap_dong::bigint as cap, cap_basis,
	max_term_months::smallint, coalesce(term_rule, '') as term_rule, principal_grace_months::smallint,
	interest_grace_months::smallint, mark
from data_programme_limits;
update loan.programme_limit t set superseded_at = now() from data_limit d
where t.superseded_at is null and t.change_id is null and t.code = d.code and t.purpose = d.purpose and t.valid_from = d.valid_from
	and (t.valid_to, t.cap, t.cap_basis, t.max_term_months, t.term_rule, t.principal_grace_months, t.interest_grace_months, t.mark)
		is distinct from
		(d.valid_to, d.cap, d.cap_basis, d.max_term_months, d.term_rule, d.principal_grace_months, d.interest_grace_months, d.mark);
with changed as (
	insert into loan.programme_limit (code, purpose, valid_from, valid_to, cap, cap_basis, max_term_months, term_rule,
		principal_grace_months, interest_grace_months, mark)
	select d.* from data_limit d where not exists (
		select from loan.programme_limit t
		where (t.superseded_at is null or t.superseded_by is not null) and t.code = d.code and t.purpose = d.purpose and t.valid_from = d.valid_from)
	returning 1
) insert into data_change select count(*) from changed;

create temporary view data_freeze as
select risk_case, loss_from::smallint, loss_upto::smallint, late = 'yes' as late, from_on::date, months::smallint, mark
from data_freeze_limits;
update loan.freeze_limit t set superseded_at = now() from data_freeze d
where t.superseded_at is null and (t.risk_case, t.late, t.from_on, t.loss_from) = (d.risk_case, d.late, d.from_on, d.loss_from)
	and (t.loss_upto, t.months, t.mark) is distinct from (d.loss_upto, d.months, d.mark);
with changed as (
	insert into loan.freeze_limit (risk_case, loss_from, loss_upto, late, from_on, months, mark)
	select d.* from data_freeze d where not exists (
		select from loan.freeze_limit t where t.superseded_at is null
			and (t.risk_case, t.late, t.from_on, t.loss_from) = (d.risk_case, d.late, d.from_on, d.loss_from))
	returning 1
) insert into data_change select count(*) from changed;

create temporary view data_period as
select code, term_months_from::smallint, term_months_to::smallint, instalment_months_max::smallint, mark
from data_instalment_periods;
update loan.instalment_period t set superseded_at = now() from data_period d
where t.superseded_at is null and t.change_id is null and t.code = d.code and t.term_months_from = d.term_months_from
	and (t.term_months_to, t.instalment_months_max, t.mark)
		is distinct from (d.term_months_to, d.instalment_months_max, d.mark);
with changed as (
	insert into loan.instalment_period (code, term_months_from, term_months_to, instalment_months_max, mark)
	select d.* from data_period d where not exists (
		select from loan.instalment_period t
		where (t.superseded_at is null or t.superseded_by is not null) and t.code = d.code and t.term_months_from = d.term_months_from)
	returning 1
) insert into data_change select count(*) from changed;

create temporary view data_standard as
select coalesce(area, '') as area, from_on::date, rural::bigint, urban::bigint, average_rural::bigint, average_urban::bigint,
	lacking_poor::smallint, instrument, reason, mark
from data_poverty_standards;
update loan.poverty_standard t set superseded_at = now() from data_standard d
where t.superseded_at is null and (t.area, t.from_on) = (d.area, d.from_on)
	and (t.rural::bigint, t.urban::bigint, t.average_rural::bigint, t.average_urban::bigint, t.lacking_poor, t.instrument,
		t.reason, t.mark)
		is distinct from
		(d.rural, d.urban, d.average_rural, d.average_urban, d.lacking_poor, d.instrument, d.reason, d.mark);
with changed as (
	insert into loan.poverty_standard (area, from_on, rural, urban, average_rural, average_urban, lacking_poor, instrument,
		reason, mark)
	select d.* from data_standard d where not exists (
		select from loan.poverty_standard t where t.superseded_at is null and (t.area, t.from_on) = (d.area, d.from_on))
	returning 1
) insert into data_change select count(*) from changed;

create temporary view data_policy as
select name, coalesce(programme, '') as programme, coalesce(entrusted, '') as entrusted, from_on::date, value, reason, mark
from data_policies;
update loan.policy t set superseded_at = now() from data_policy d
where t.superseded_at is null and t.change_id is null and (t.name, t.programme, t.entrusted, t.from_on) = (d.name, d.programme, d.entrusted, d.from_on)
	and (t.value, t.reason, t.mark) is distinct from (d.value, d.reason, d.mark);
with changed as (
	insert into loan.policy (name, programme, entrusted, from_on, value, reason, mark)
	select d.* from data_policy d where not exists (
		select from loan.policy t where (t.superseded_at is null or t.superseded_by is not null)
			and (t.name, t.programme, t.entrusted, t.from_on) = (d.name, d.programme, d.entrusted, d.from_on))
	returning 1
) insert into data_change select count(*) from changed;

with changed as (
	insert into loan.fund as f (branch, fund, kind, owner, organisation, name_vi, name_en, from_on, until_on, mark)
	select b.branch, fund::smallint, kind::smallint, owner, organisation::smallint, name_vi, name_en, from_on::date,
		until_on::date, mark
	from data_funds, loan.branch b
	on conflict (branch, fund) do update set kind = excluded.kind, owner = excluded.owner,
		organisation = excluded.organisation, name_vi = excluded.name_vi, name_en = excluded.name_en,
		from_on = excluded.from_on, until_on = excluded.until_on, mark = excluded.mark
	where (f.kind, f.owner, f.organisation, f.name_vi, f.name_en, f.from_on, f.until_on, f.mark) is distinct from
		(excluded.kind, excluded.owner, excluded.organisation, excluded.name_vi, excluded.name_en, excluded.from_on,
			excluded.until_on, excluded.mark)
	returning 1
) insert into data_change select count(*) from changed;

create temporary view data_conflict as
select code, "with" as other, from_on::date, until_on::date, rule, mark from data_programme_conflicts;
update loan.programme_conflict t set superseded_at = now() from data_conflict d
where t.superseded_at is null and (t.code, t.other, t.from_on) = (d.code, d.other, d.from_on)
	and (t.until_on, t.rule, t.mark) is distinct from (d.until_on, d.rule, d.mark);
with changed as (
	insert into loan.programme_conflict (code, other, from_on, until_on, rule, mark)
	select d.* from data_conflict d where not exists (select from loan.programme_conflict t
		where t.superseded_at is null and (t.code, t.other, t.from_on) = (d.code, d.other, d.from_on))
	returning 1
) insert into data_change select count(*) from changed;

create temporary view data_priority as
select code, attribute, from_on::date, until_on::date, rule, mark from data_programme_priorities;
update loan.programme_priority t set superseded_at = now() from data_priority d
where t.superseded_at is null and (t.code, t.attribute, t.from_on) = (d.code, d.attribute, d.from_on)
	and (t.until_on, t.rule, t.mark) is distinct from (d.until_on, d.rule, d.mark);
with changed as (
	insert into loan.programme_priority (code, attribute, from_on, until_on, rule, mark)
	select d.* from data_priority d where not exists (select from loan.programme_priority t
		where t.superseded_at is null and (t.code, t.attribute, t.from_on) = (d.code, d.attribute, d.from_on))
	returning 1
) insert into data_change select count(*) from changed;

update loan.holiday t set superseded_at = now() from data_holidays d
where t.superseded_at is null and t.change_id is null and t.on_day = d.on_day::date and (t.name, t.mark) is distinct from (d.name, d.mark);
with changed as (
	insert into loan.holiday (on_day, name, mark)
	select d.on_day::date, d.name, d.mark from data_holidays d where not exists (
		select from loan.holiday t where (t.superseded_at is null or t.superseded_by is not null) and t.on_day = d.on_day::date)
	returning 1
) insert into data_change select count(*) from changed;

create temporary view data_band as
select criterion, from_on::date, at_least::bigint, points::smallint, reason, mark from data_score_bands;
update loan.score_band t set superseded_at = now() from data_band d
where t.superseded_at is null and (t.criterion, t.from_on, t.at_least) = (d.criterion, d.from_on, d.at_least)
	and (t.points, t.reason, t.mark) is distinct from (d.points, d.reason, d.mark);
with changed as (
	insert into loan.score_band (criterion, from_on, at_least, points, reason, mark)
	select d.* from data_band d where not exists (
		select from loan.score_band t where t.superseded_at is null
			and (t.criterion, t.from_on, t.at_least) = (d.criterion, d.from_on, d.at_least))
	returning 1
) insert into data_change select count(*) from changed;

create temporary view data_commission as
select from_on::date, collection_from::integer, bad_debt_upto::integer, share::integer, reason, mark from data_commission_bands;
update loan.commission_band t set superseded_at = now() from data_commission d
where t.superseded_at is null and (t.from_on, t.collection_from) = (d.from_on, d.collection_from)
	and (t.bad_debt_upto, t.share, t.reason, t.mark) is distinct from (d.bad_debt_upto, d.share, d.reason, d.mark);
with changed as (
	insert into loan.commission_band (from_on, collection_from, bad_debt_upto, share, reason, mark)
	select d.* from data_commission d where not exists (
		select from loan.commission_band t where t.superseded_at is null
			and (t.from_on, t.collection_from) = (d.from_on, d.collection_from))
	returning 1
) insert into data_change select count(*) from changed;

create temporary view data_figure as
select 1::smallint as branch, area, as_of::date, metric, value::numeric, unit, kind, coalesce(standard, '') as standard, mark
from data_figures;
update loan.figure t set superseded_at = now() from data_figure d
where t.superseded_at is null and (t.branch, t.area, t.as_of, t.metric, t.kind) = (d.branch, d.area, d.as_of, d.metric, d.kind)
	and (t.value, t.unit, t.standard, t.mark) is distinct from (d.value, d.unit, d.standard, d.mark);
with changed as (
	insert into loan.figure (branch, area, as_of, metric, value, unit, kind, standard, mark)
	select d.* from data_figure d where not exists (
		select from loan.figure t where t.superseded_at is null
			and (t.branch, t.area, t.as_of, t.metric, t.kind) = (d.branch, d.area, d.as_of, d.metric, d.kind))
	returning 1
) insert into data_change select count(*) from changed;

update loan.reference_version set version = version + 1 where (select sum(rows) from data_change) > 0;

-- A new branch stands at the first day there can be; what acts without a person are staff too.
insert into loan.business (branch, business_date, swept_until, began_on)
select branch, '2018-01-01', '2018-01-01', '2018-01-01' from loan.branch on conflict do nothing;
insert into loan.staff (staff_id, branch, name, full_name, from_on)
values (1, 1, 'system', 'vonvayd', '2018-01-01'), (2, 1, 'night', 'vonvayd: đêm', '2018-01-01'),
	(3, 1, 'import', 'vonvayd: nhập dữ liệu', '2018-01-01')
on conflict (staff_id) do nothing;
insert into loan.staff_role (staff_id, branch, role, from_on)
select s.staff_id, s.branch, 9, s.from_on from loan.staff s
where s.staff_id in (1, 2, 3) and not exists (select from loan.staff_role r where r.staff_id = s.staff_id);
do $$ begin
	perform setval(pg_get_serial_sequence('loan.staff', 'staff_id'), greatest(100, (select max(staff_id) from loan.staff)));
end $$;
drop view data_rate, data_limit, data_period, data_standard, data_policy, data_conflict, data_priority, data_figure, data_band, data_commission;
drop table data_change;
