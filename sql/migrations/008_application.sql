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

reset role;
