-- From application to disbursement: steps with their days, forms, appropriations of funds.
set role vonvay_owner;

create table loan.form (
	code text primary key,        -- 01/TD
	name_vi text not null,
	name_en text not null,
	mark text not null,
	recorded_at timestamptz not null default now()
);
comment on table loan.form is 'the paper forms of credit (domain.md 5.5)';

-- One list 03/TD or one minutes 10C/TD may be about several applications: a row each.
create table loan.form_use (
	branch smallint not null references loan.branch,
	form text not null references loan.form,
	number text not null check (number <> ''),
	on_day date not null,
	subject text not null check (subject in ('application', 'loan', 'group', 'household')),
	subject_id bigint not null,
	entry_id bigint not null references loan.entry,
	primary key (branch, form, subject, subject_id, number, on_day)
);
create index form_use_subject on loan.form_use (branch, subject, subject_id);
comment on table loan.form_use is 'papers as data: which form, under which number, of which day, about what';

-- The last number given to a form in a year; raised in the transaction of the write, so that no number is lost.
create table loan.form_number (
	branch smallint not null references loan.branch,
	form text not null references loan.form,
	year smallint not null,
	last integer not null,
	primary key (branch, form, year)
);

-- Who gives the money of a loan. 1 and 2 are those of every branch; others are one investor or one organisation each.
create table loan.fund (
	branch smallint not null references loan.branch,
	fund smallint not null check (fund between 1 and 999),
	kind smallint not null check (kind between 1 and 4), -- code 'fund'
	owner text not null,
	organisation smallint references loan.organisation, -- its own support fund: lent to its groups only
	name_vi text not null,
	name_en text not null,
	from_on date not null,
	until_on date,            -- the last day
	mark text not null,
	entry_id bigint,          -- null: of sql/data
	recorded_at timestamptz not null default now(),
	primary key (branch, fund)
);

-- What may be lent of a fund for a programme in a year. Without a row there is no limit.
create table loan.fund_appropriation (
	row_id bigint generated always as identity primary key,
	branch smallint not null,
	fund smallint not null,
	programme text not null references loan.programme,
	year smallint not null check (year between 2018 and 2100),
	amount loan.vnd_owed not null,
	decision text not null,
	decided_on date not null,
	entry_id bigint not null references loan.entry,
	superseded_by bigint,
	foreign key (branch, fund) references loan.fund
);
create unique index fund_appropriation_once on loan.fund_appropriation (branch, fund, programme, year)
	where superseded_by is null;

-- Principal that came and went, for what is left of an appropriation.
create index fact_disbursed on loan.fact (branch, effective_on) where kind = 2;
create index posting_principal on loan.posting (branch, effective_on) include (loan_id, debit, credit, amount)
	where credit in (2111, 2112, 2113) or debit in (2111, 2112, 2113);

-- A programme that is not lent to a household that owes on another one (domain.md 6).
create table loan.programme_conflict (
	row_id bigint generated always as identity primary key,
	code text not null references loan.programme,
	other text not null references loan.programme,
	from_on date not null,
	until_on date,
	rule text not null,
	mark text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz
);
create unique index programme_conflict_from on loan.programme_conflict (code, other, from_on) where superseded_at is null;

-- Which borrowers of a programme have the rate line of priority (domain.md 1.1): by an attribute of the household, or
-- 'declared' where the household's data can't know.
create table loan.programme_priority (
	row_id bigint generated always as identity primary key,
	code text not null references loan.programme,
	attribute text not null,
	from_on date not null,
	until_on date,
	rule text not null,
	mark text not null,
	recorded_at timestamptz not null default now(),
	superseded_at timestamptz
);
create unique index programme_priority_from on loan.programme_priority (code, attribute, from_on) where superseded_at is null;

create sequence loan.application_number minvalue 1 maxvalue 9999999999;

-- What a household asks for; never changed. Its way stands in the steps.
create table loan.application (
	branch smallint not null references loan.branch,
	application_id bigint not null,
	household_id bigint not null,
	group_id bigint,              -- null: asked for directly
	point_id integer not null,
	organisation smallint not null,
	commune text not null,        -- scope
	programme text not null references loan.programme,
	purpose text not null,
	amount loan.vnd_owed not null check (amount > 0),
	term_months smallint not null check (term_months between 1 and 360),
	instalment_months smallint,   -- null: the longest that the programme allows
	units smallint not null check (units > 0),
	declared_priority boolean not null,
	fund smallint not null,
	plan text not null,           -- what the money is for, in words
	student_no smallint,          -- the member who studies; with the next four
	school text,
	course_months smallint,
	study_months smallint,
	study_twice boolean,
	applied_on date not null,
	entry_id bigint not null references loan.entry,
	primary key (branch, application_id),
	foreign key (branch, household_id) references loan.household,
	foreign key (branch, group_id) references loan.credit_group,
	foreign key (branch, fund) references loan.fund,
	check (num_nulls(student_no, school, course_months, study_months, study_twice) in (0, 5))
);
create index application_household on loan.application (branch, household_id);
create index application_group on loan.application (branch, group_id);

create table loan.application_step (
	branch smallint not null,
	application_id bigint not null,
	no smallint not null check (no > 0),
	state smallint not null check (state between 1 and 8), -- code 'application_state'
	on_day date not null,
	amount loan.vnd_owed,         -- asked, agreed, approved, disbursed
	number text,                  -- of the minutes, list, notice or decision
	reason text not null default '',
	due_on date,                  -- of the step that has to follow
	loan_id bigint,
	entry_id bigint not null references loan.entry,
	primary key (branch, application_id, no),
	foreign key (branch, application_id) references loan.application,
	check (state <> 5 or reason <> ''),
	check ((state in (7, 8)) = (loan_id is not null))
);
create index application_step_entry on loan.application_step (branch, entry_id);

-- The last step of each, written only together with it.
create table loan.application_state (
	branch smallint not null,
	application_id bigint not null,
	steps smallint not null,      -- number of the last step; a write that read another is refused
	state smallint not null,
	since_on date not null,
	due_on date,
	amount loan.vnd_owed not null,
	loan_id bigint,
	primary key (branch, application_id),
	foreign key (branch, application_id) references loan.application
);
create index application_state_open on loan.application_state (branch, state, due_on) where state between 1 and 4;
create unique index application_state_loan on loan.application_state (branch, loan_id);

-- The study that a student loan is for: its drawdown period, and what may be drawn by when.
create table loan.contract_study (
	branch smallint not null,
	loan_id bigint not null,
	student_no smallint not null,
	school text not null,
	course_months smallint not null,
	study_months smallint not null,
	twice boolean not null,
	approved loan.vnd_owed,       -- what may be drawn in all; null: what the cap allows
	entry_id bigint not null references loan.entry,
	primary key (branch, loan_id),
	foreign key (branch, loan_id) references loan.contract
);

reset role;
