-- Need of households, registrations to escape poverty, plans of who helps, targets of communes, what the nights found out
-- about programmes and opened applications, and what of the work lists was seen.
set role vonvay_owner;

-- A household asks to be out of poverty by the end of a year (đăng ký thoát nghèo). Withdrawn: it no longer asks.
create table loan.escape_registration (
	branch smallint not null,
	registration_id bigint generated always as identity,
	household_id bigint not null,
	year smallint not null check (year between 2018 and 2100),
	on_day date not null,
	entry_id bigint not null,
	withdrawn_on date,        -- first day no longer registered
	withdrawn_by bigint,      -- entry
	primary key (branch, registration_id),
	foreign key (branch, household_id) references loan.household,
	check ((withdrawn_on is null) = (withdrawn_by is null) and (withdrawn_on is null or withdrawn_on >= on_day))
);
create unique index escape_registration_once on loan.escape_registration (branch, household_id, year) where withdrawn_by is null;
create index escape_registration_year on loan.escape_registration (branch, year);

create table loan.need (
	branch smallint not null,
	need_id bigint generated always as identity,
	household_id bigint not null,
	kind text not null check (kind in ('credit', 'training', 'job', 'housing', 'water', 'sanitation', 'health_insurance',
		'information')),
	on_day date not null,     -- the day it was recorded for
	amount loan.vnd_owed,     -- of credit
	programme text references loan.programme, -- of credit; null: any
	note text not null default '',
	entry_id bigint not null,
	primary key (branch, need_id),
	foreign key (branch, household_id) references loan.household,
	constraint need_credit check ((kind = 'credit') = (amount is not null) and (kind = 'credit' or programme is null)
		and (amount is null or amount > 0))
);
create index need_household on loan.need (branch, household_id);

-- How a need ended: served by a loan or by something else, or withdrawn. Superseded: the loan that served it was taken back.
create table loan.need_end (
	row_id bigint generated always as identity primary key,
	branch smallint not null,
	need_id bigint not null,
	household_id bigint not null,
	on_day date not null,
	how text not null check (how in ('loan', 'other', 'withdrawn')),
	reference text not null default '', -- of the loan its number
	entry_id bigint not null,
	superseded_by bigint,
	foreign key (branch, need_id) references loan.need
);
create unique index need_end_once on loan.need_end (branch, need_id) where superseded_by is null;
create index need_end_entry on loan.need_end (branch, entry_id);

-- The unit that helps a household, and the plan they made. The one with the latest first day on or before a day counts on it.
create table loan.support_plan (
	branch smallint not null,
	plan_id bigint generated always as identity,
	household_id bigint not null,
	unit text not null,
	valid_from date not null,
	valid_to date,            -- last day; null: open
	plan text not null,
	entry_id bigint not null,
	superseded_by bigint,
	primary key (branch, plan_id),
	foreign key (branch, household_id) references loan.household,
	check (valid_to is null or valid_to >= valid_from)
);
create unique index support_plan_from on loan.support_plan (branch, household_id, valid_from) where superseded_by is null;

-- What a commune sets itself for a year, beside the published figures (loan.figure).
create table loan.target (
	row_id bigint generated always as identity primary key,
	branch smallint not null,
	area text not null,
	year smallint not null check (year between 2018 and 2100),
	metric text not null check (metric in ('poor_rate', 'near_poor_rate', 'poor_households', 'near_poor_households',
		'escaped_households', 'demand_served')),
	value bigint not null check (value >= 0), -- households, or hundredths of a percent
	on_day date not null,
	entry_id bigint not null,
	superseded_by bigint
);
create unique index target_once on loan.target (branch, area, year, metric) where superseded_by is null;

-- A programme (or one purpose of it) that began or ceased to lend, found by the night: one row for all households.
create table loan.programme_change (
	row_id bigint generated always as identity primary key,
	branch smallint not null,
	programme text not null references loan.programme,
	purpose text not null default '',
	effective_on date not null,
	open boolean not null,
	first boolean not null,   -- the first that a night said about it: no news
	reasons text[] not null,  -- words of enum ineligible, why it does not lend
	entry_id bigint not null,
	unique (branch, programme, purpose, effective_on, open)
);

-- An opened application whose household the night found no longer eligible: it can't be approved until somebody confirms it
-- again. The application itself is a row of loan.application.
create table loan.application_recheck (
	branch smallint not null,
	application_id bigint not null,
	household_id bigint not null,
	on_day date not null,
	reasons text[] not null,  -- words of enum ineligible
	entry_id bigint not null,
	confirmed_by bigint,      -- entry
	primary key (branch, application_id, on_day),
	foreign key (branch, household_id) references loan.household
);
create index application_recheck_open on loan.application_recheck (branch, application_id) where confirmed_by is null;

-- Rows of a work list that are done by being seen.
create table loan.work_done (
	branch smallint not null,
	kind text not null,
	subject text not null,
	subject_id text not null,
	on_day date not null,
	entry_id bigint not null,
	primary key (branch, kind, subject, subject_id)
);

reset role;
