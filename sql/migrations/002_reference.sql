-- Reference data: dated, two times (valid from/until, recorded/superseded), never changed in place.
-- A row counts while superseded_at is null; mark tells how sure its source is (found, known, derived).
set role vonvay_owner;

create table loan.branch (
	branch smallint primary key,
	code text not null unique,
	name text not null
);

create table loan.organisation (
	organisation smallint primary key,
	word text not null unique,
	name_vi text not null,
	name_en text not null
);
comment on table loan.organisation is 'entrusted mass organisations; 99 = lent directly (domain.md 1.3)';

create table loan.area (
	row_id bigint generated always as identity primary key,
	branch smallint not null references loan.branch,
	code text not null,
	name text not null,
	search text not null, -- name without diacritics, lower case
	kind text not null check (kind in ('branch', 'transaction_office', 'town', 'commune', 'hamlet')),
	parent text,
	rural boolean,
	difficulty smallint not null default 0 check (difficulty between 0 and 2),
	valid_from date not null,
	valid_to date,
	successor text,
	mark text not null check (mark in ('found', 'known', 'derived', 'demo')),
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz,
	change_id bigint,           -- loan.change; null: from a file
	superseded_by bigint,       -- the change, when it was one
	check (valid_to is null or valid_to >= valid_from)
);
create unique index area_code on loan.area (branch, code) where superseded_at is null;
comment on table loan.area is 'administrative units with their successors; a household keeps the code of its residence, reports map it to the unit valid on their day';

create table loan.point (
	branch smallint not null references loan.branch,
	point_id integer not null,
	code text not null,
	name text not null,
	area text not null,
	valid_from date not null,
	valid_to date,
	recorded_at timestamptz not null default now(),
	primary key (branch, point_id),
	unique (branch, code)
);
comment on table loan.point is 'commune transaction points (điểm giao dịch xã)';

create table loan.point_day (
	row_id bigint generated always as identity primary key,
	branch smallint not null,
	point_id integer not null,
	from_on date not null,
	day smallint not null check (day between 1 and 31),
	mark text not null default 'known',
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz,
	change_id bigint,           -- loan.change; null: from a file
	superseded_by bigint,       -- the change, when it was one
	foreign key (branch, point_id) references loan.point
);
create unique index point_day_from on loan.point_day (branch, point_id, from_on) where superseded_at is null;

create table loan.session_change (
	row_id bigint generated always as identity primary key,
	branch smallint not null,
	point_id integer not null,
	month integer not null, -- year * 12 + month - 1
	held_on date,           -- null: cancelled
	reason text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz,
	change_id bigint,           -- loan.change; null: from a file
	superseded_by bigint,       -- the change, when it was one
	foreign key (branch, point_id) references loan.point
);
create unique index session_change_month on loan.session_change (branch, point_id, month) where superseded_at is null;

create table loan.holiday (
	row_id bigint generated always as identity primary key,
	on_day date not null,
	name text not null,
	mark text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz,
	change_id bigint,           -- loan.change; null: from a file
	superseded_by bigint        -- the change, when it was one
);
create unique index holiday_day on loan.holiday (on_day) where superseded_at is null;

create table loan.programme (
	code text primary key,
	tag text not null,
	name_vi text not null,
	name_en text not null,
	instrument text not null,
	who text not null,
	entrusted text not null check (entrusted in ('yes', 'yes_or_direct', 'direct')),
	purpose text not null,
	cap_group text not null default '',
	opened date not null,
	closed date,
	mark text not null,
	recorded_at timestamptz not null default now(),
	change_id bigint            -- loan.change that opened or closed it last; a file no longer does
);

create table loan.programme_limit (
	row_id bigint generated always as identity primary key,
	code text not null references loan.programme,
	purpose text not null default '',
	valid_from date not null,
	valid_to date,
	cap loan.vnd_owed,
	cap_basis text not null check (cap_basis in ('household', 'borrower', 'worker', 'month_of_study',
	                                             'type_of_works_of_two', 'contract_cost')),
	max_term_months smallint,
	term_rule text not null default '',
	principal_grace_months smallint,
	interest_grace_months smallint,
	mark text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz,
	change_id bigint,           -- loan.change; null: from a file
	superseded_by bigint,       -- the change, when it was one
	check (cap is not null or cap_basis = 'contract_cost')
);
create unique index programme_limit_from on loan.programme_limit (code, purpose, valid_from) where superseded_at is null;

create table loan.instalment_period (
	row_id bigint generated always as identity primary key,
	code text not null references loan.programme,
	term_months_from smallint not null,
	term_months_to smallint not null,
	instalment_months_max smallint not null check (instalment_months_max > 0),
	mark text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz,
	change_id bigint,           -- loan.change; null: from a file
	superseded_by bigint,       -- the change, when it was one
	check (term_months_from <= term_months_to)
);

create table loan.rate_line (
	line text primary key,
	code text not null references loan.programme,
	for_contracts_from date, -- contracts made before it do not join this line
	priority boolean not null default false,
	recorded_at timestamptz not null default now(),
	change_id bigint,           -- loan.change; null: from a file
	base text references loan.rate_line, -- an overlay: its rows follow those of this line (loan.rate_rows)
	relief smallint,
	overlay smallint unique check (overlay > 0), -- what facts name it by
	check ((base is null) = (relief is null) and (base is null) = (overlay is null)),
	unique (base, relief)
);
comment on table loan.rate_line is 'loans follow a line; a change of law for running loans is one new row of it (design.md 1.5)';

create table loan.rate_row (
	row_id bigint generated always as identity primary key,
	line text not null references loan.rate_line,
	valid_from date not null,
	rate_e7 integer not null check (rate_e7 between 0 and 10000000 and rate_e7 % 10 = 0),
	applies_to text not null check (applies_to in ('all_balances', 'new_loans')),
	mark text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz,
	change_id bigint,           -- loan.change; null: from a file
	superseded_by bigint        -- the change, when it was one
);
create unique index rate_row_from on loan.rate_row (line, valid_from) where superseded_at is null;

create table loan.policy (
	row_id bigint generated always as identity primary key,
	name text not null,
	programme text not null default '', -- '' = every programme without a row of its own
	entrusted text not null default '' check (entrusted in ('', 'yes', 'no')),
	from_on date not null,
	value text not null,
	reason text not null,
	mark text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz,
	change_id bigint,           -- loan.change; null: from a file
	superseded_by bigint        -- the change, when it was one
);
create unique index policy_from on loan.policy (name, programme, entrusted, from_on) where superseded_at is null;
comment on table loan.policy is 'dated choices where the sources are silent or differ (domain.md 8b, 9); sql/data/policies.csv lists the names';

create table loan.poverty_standard (
	row_id bigint generated always as identity primary key,
	area text not null default '', -- '': the State's; else what the unit with this code set, which may only be higher
	from_on date not null,
	rural loan.vnd_owed not null,  -- income a person and month: at most this is poor or near-poor
	urban loan.vnd_owed not null,
	average_rural loan.vnd_owed,   -- at most this is average living; null: the standard has no such line
	average_urban loan.vnd_owed,
	lacking_poor smallint not null check (lacking_poor between 1 and 12), -- so many indicators lacked, or more: poor
	instrument text not null,
	reason text not null,
	mark text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz,
	check (average_rural >= rural and average_urban >= urban and (average_rural is null) = (average_urban is null))
);
create unique index poverty_standard_from on loan.poverty_standard (area, from_on) where superseded_at is null;
comment on table loan.poverty_standard is 'lines of poverty by day (domain.md 6); a household is measured with those of the day asked about';

create table loan.freeze_limit (
	row_id bigint generated always as identity primary key,
	risk_case text not null check (risk_case in ('K1', 'K2', 'K3', 'K4a', 'K4b', 'K4c', 'K5')),
	loss_from smallint not null,
	loss_upto smallint not null,
	late boolean not null,
	from_on date not null,
	months smallint not null check (months > 0),
	mark text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz,
	check (0 <= loss_from and loss_from <= loss_upto and loss_upto <= 100)
);
create unique index freeze_limit_from on loan.freeze_limit (risk_case, late, from_on, loss_from) where superseded_at is null;
comment on table loan.freeze_limit is 'how long principal may be frozen by cause and loss (domain.md 4)';

create table loan.account (
	account smallint primary key,
	name_vi text not null,
	name_en text not null,
	side text not null check (side in ('debit', 'credit'))
);

create table loan.figure (
	row_id bigint generated always as identity primary key,
	branch smallint not null references loan.branch,
	area text not null,
	as_of date not null,
	metric text not null,
	value numeric not null,
	unit text not null,
	kind text not null,
	standard text not null default '',
	mark text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz
);
create unique index figure_metric on loan.figure (branch, area, as_of, metric, kind) where superseded_at is null;
comment on table loan.figure is 'published figures and targets that reports are compared with';

-- Codes that C and SQL share; a test compares them with the headers.
create table loan.code (
	kind text not null,
	code smallint not null,
	word text not null,
	primary key (kind, code),
	unique (kind, word)
);

-- One row: raised by every change of reference data; C says with which version it decided, a write with another is refused.
create table loan.reference_version (
	one boolean primary key default true check (one),
	version bigint not null default 1
);
insert into loan.reference_version default values;

reset role;
