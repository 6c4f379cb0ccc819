-- Changes of reference data by two people: proposed by one, approved by another, applied by SQL at once or, when loans have
-- to be computed anew, by the worker. A row of reference data names the change that made it and the one that ended it.
set role vonvay_owner;

create table loan.change (
	change_id bigint generated always as identity primary key,
	branch smallint not null references loan.branch,
	kind text not null check (kind in ('rate', 'rate_correction', 'limit', 'instalment_period', 'policy', 'holiday', 'session_day',
		'session_change', 'area_new', 'area_end', 'area_difficulty', 'programme', 'relief')),
	parameters jsonb not null check (jsonb_typeof(parameters) = 'object'), -- by kind: daemon/rpc/change_kinds.c
	reason text not null check (reason <> ''),
	decision text not null default '',
	state text not null default 'proposed'
		check (state in ('proposed', 'applying', 'applied', 'failed', 'rejected', 'withdrawn')),
	proposed_by bigint not null references loan.staff,
	proposed_entry bigint not null references loan.entry,
	decided_by bigint references loan.staff,
	decided_entry bigint references loan.entry,
	note text,                    -- what the one who decided said
	applied_entry bigint references loan.entry,
	loans_changed integer,        -- computed anew
	message text,                 -- why it failed
	finished_at timestamptz,
	check ((decided_by is null) = (decided_entry is null)),
	check (state = 'withdrawn' or decided_by is distinct from proposed_by),
	check ((state = 'applied') = (applied_entry is not null)),
	check (state = 'proposed' or decided_by is not null)
);
create index change_state on loan.change (branch, state, change_id);
create index change_waiting on loan.change (change_id) where state = 'applying';
comment on table loan.change is 'who proposed, who decided, why and with what effect; what was proposed is never changed';

-- What households in a disaster are given; loans move to its lines one by one (loan.relieve). domain.md 0, 2.9
create table loan.relief (
	relief_id smallint primary key,
	name text not null unique check (name <> ''),
	decision text not null,
	rate_delta_e7 integer not null check (rate_delta_e7 between 0 and 10000000 and rate_delta_e7 % 10 = 0), -- taken off
	from_on date not null,
	until_on date not null,       -- first day at the full rate again
	holiday_from date,
	holiday_until date,           -- first day on which interest is asked for again
	change_id bigint references loan.change,
	recorded_at timestamptz not null default now(),
	check (until_on > from_on),
	check ((holiday_from is null) = (holiday_until is null) and (holiday_from is null or holiday_until > holiday_from))
);

alter table loan.rate_line add foreign key (relief) references loan.relief;
do $$
declare
	t text;
begin
	foreach t in array array['area', 'point_day', 'session_change', 'holiday', 'programme', 'programme_limit', 'instalment_period',
		'rate_line', 'rate_row', 'policy'] loop
		execute format('alter table loan.%I add foreign key (change_id) references loan.change', t);
	end loop;
	foreach t in array array['area', 'point_day', 'session_change', 'holiday', 'programme_limit', 'instalment_period', 'rate_row',
		'policy'] loop
		execute format('alter table loan.%I add foreign key (superseded_by) references loan.change', t);
	end loop;
end $$;

-- The rates of a line: its own, or those of its base less what the relief takes off inside its days.
create view loan.rate_rows with (security_invoker = true) as
select r.line, r.valid_from, r.rate_e7, r.applies_to, r.mark, r.change_id
from loan.rate_row r where r.superseded_at is null
union all
select l.line, d.day, greatest(0, b.rate_e7 - case when d.day >= e.from_on and d.day < e.until_on then e.rate_delta_e7 else 0 end),
	case when d.day = b.valid_from then b.applies_to else 'all_balances' end, b.mark, coalesce(b.change_id, l.change_id)
from loan.rate_line l
join loan.relief e on e.relief_id = l.relief
cross join lateral (
	select r.valid_from from loan.rate_row r where r.line = l.base and r.superseded_at is null
	union select e.from_on union select e.until_on
) d (day)
join lateral (
	select r.valid_from, r.rate_e7, r.applies_to, r.mark, r.change_id from loan.rate_row r
	where r.line = l.base and r.superseded_at is null and r.valid_from <= d.day
	order by r.valid_from desc limit 1
) b on true;
comment on view loan.rate_rows is 'the rates that count; an overlay follows every change of its base line';

reset role;
