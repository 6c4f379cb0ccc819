-- What the daemon keeps for its own work: keys with replies, the night, imports, the trail of who changed what.
set role vonvay_owner;

create table loan.business (
	branch smallint primary key references loan.branch,
	business_date date not null,
	swept_until date not null,
	began_on date not null,       -- no fact before it (domain.md 8b: not before 2018-01-01)
	check (began_on >= '2018-01-01' and swept_until <= business_date)
);

create table loan.request_key (
	actor bigint not null references loan.staff,
	key uuid not null,
	body_sha256 bytea not null check (octet_length(body_sha256) = 32), -- keyed (HMAC) where the body holds personal data
	method text not null,
	reply text not null,
	entry_id bigint,
	recorded_at timestamptz not null default now(),
	primary key (actor, key)
);
create index request_key_age on loan.request_key (recorded_at);
comment on table loan.request_key is 'kept 13 months, so that a write can be asked for again and happen once';

create table loan.audit (
	audit_id bigint generated always as identity primary key,
	branch smallint not null,
	entry_id bigint not null references loan.entry,
	subject text not null,        -- 'household', 'group', 'area', 'contract', 'sweep'...
	subject_id text not null,
	fields text[] not null,       -- names of what was set; never a value
	hashes bytea[] not null,      -- keyed hash of each value, or empty
	check (cardinality(hashes) in (0, cardinality(fields)))
);
create index audit_subject on loan.audit (branch, subject, subject_id);

-- Who sweeps: every chunk write names the fencing number it holds.
create table loan.lease (
	name text primary key,
	holder text not null,
	fencing bigint not null,
	until timestamptz not null
);

create table loan.sweep_run (
	run_id bigint generated always as identity primary key,
	branch smallint not null references loan.branch,
	from_on date not null,
	until_on date not null,
	state text not null check (state in ('asked', 'running', 'done', 'failed')),
	asked_by bigint not null references loan.staff,
	asked_at timestamptz not null default now(),
	finished_at timestamptz,
	error text,
	check (until_on >= from_on)
);
create unique index sweep_run_one on loan.sweep_run (branch) where state in ('asked', 'running');

create table loan.sweep_day (
	branch smallint not null references loan.branch,
	on_day date not null,
	run_id bigint not null references loan.sweep_run,
	loans_read bigint not null,
	loans_changed bigint not null,
	transitions bigint not null,
	households_changed bigint not null,
	finished_at timestamptz not null default now(),
	primary key (branch, on_day)
);

-- A chunk is one part of the loans of one session of a point (point 0: work by date); its row is its checkpoint.
create table loan.sweep_chunk (
	branch smallint not null,
	on_day date not null,
	point_id integer not null,
	session_on date not null,
	after_loan bigint not null,   -- the chunk begins after this loan
	last_loan bigint not null,
	loans_read integer not null,
	loans_changed integer not null,
	transitions integer not null,
	entry_id bigint,              -- null: nothing was written
	primary key (branch, on_day, point_id, session_on, after_loan)
);

-- How far the sessions of a point have been swept.
create table loan.sweep_point (
	branch smallint not null,
	point_id integer not null,
	session_upto date not null,
	primary key (branch, point_id),
	foreign key (branch, point_id) references loan.point
);

create table loan.sweep_retry (
	branch smallint not null,
	on_day date not null,
	loan_id bigint not null,
	primary key (branch, on_day, loan_id),
	foreign key (branch, loan_id) references loan.contract
);

create table loan.sweep_held (
	held_id bigint generated always as identity primary key,
	branch smallint not null,
	loan_id bigint not null,
	on_day date not null,
	reason text not null,
	held_at timestamptz not null default now(),
	released_at timestamptz,
	released_by bigint references loan.staff,
	foreign key (branch, loan_id) references loan.contract
);
create unique index sweep_held_open on loan.sweep_held (branch, loan_id) where released_at is null;

create table loan.import (
	import_id bigint generated always as identity primary key,
	branch smallint not null references loan.branch,
	kind text not null check (kind in ('areas', 'groups', 'households', 'reviews', 'loans')),
	name text not null,
	size bigint not null check (size > 0),
	sha256 bytea not null check (octet_length(sha256) = 32),
	state text not null check (state in ('uploading', 'uploaded', 'validating', 'invalid', 'valid', 'applying', 'applied', 'failed')),
	received bigint not null default 0,
	lines bigint,
	errors bigint not null default 0,
	checked_lines bigint not null default 0,
	applied_lines bigint not null default 0, -- up to this line everything is in the tables
	message text,
	actor bigint not null references loan.staff,
	created_at timestamptz not null default now(),
	finished_at timestamptz
);

create table loan.import_part (
	import_id bigint not null references loan.import,
	at_byte bigint not null,
	bytes bytea not null,         -- as it came, or sealed by the daemon: files of households hold personal data
	key_id integer references loan.data_key, -- null: as it came
	digest bytea,                 -- keyed hash of a sealed piece, by which it is known when it comes again
	primary key (import_id, at_byte),
	check ((key_id is null) = (digest is null))
);
create index import_part_key on loan.import_part (key_id) where key_id is not null; -- for the rotation of keys

create table loan.import_error (
	import_id bigint not null references loan.import,
	ordinal integer not null,
	line bigint not null,
	"column" text not null,       -- name of the column, '' = the whole line
	message text not null,
	primary key (import_id, ordinal)
);

reset role;
