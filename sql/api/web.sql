-- The web door: signing in, sessions, passwords. Who signs in is nobody yet, so the first functions have no actor.
set role vonvay_owner;

create or replace function loan.web_staff(p_staff bigint)
returns table (staff_id bigint, branch smallint, name text, full_name text, role smallint) language sql stable as $$
	select s.staff_id, s.branch, s.name, s.full_name, n.role
	from loan.staff_now(p_staff) n join loan.staff s on s.staff_id = n.staff_id
	where s.branch is not null and n.role <> 9
$$;
comment on function loan.web_staff(bigint) is 'a member of staff who may act today; no row for any other';

create or replace function loan.web_end_sessions(p_staff bigint, p_how text) returns integer language plpgsql as $$
declare
	v_ended integer;
begin
	update loan.web_session s set ended_at = now(), ended = p_how where s.staff_id = p_staff and s.ended_at is null;
	get diagnostics v_ended = row_count;
	return v_ended;
end $$;
comment on function loan.web_end_sessions(bigint, text) is
	'ends the web sessions of a member of staff (how: password, staff); how many they were';

create or replace function loan.web_credential_add(
	p_branch smallint, p_staff bigint, p_log2_n integer, p_r integer, p_p integer, p_salt bytea, p_hash bytea, p_entry bigint)
returns void language plpgsql as $$
begin
	update loan.credential c set superseded_at = now() where c.staff_id = p_staff and c.superseded_at is null;
	insert into loan.credential (branch, staff_id, log2_n, r, p, salt, hash, entry_id)
	values (p_branch, p_staff, p_log2_n, p_r, p_p, p_salt, p_hash, p_entry);
end $$;
comment on function loan.web_credential_add(smallint, bigint, integer, integer, integer, bytea, bytea, bigint) is
	'a new hash of a password in the place of the one before';

create or replace function loan.web_password_set(p_name text, p_log2_n integer, p_r integer, p_p integer, p_salt bytea, p_hash bytea)
returns integer language plpgsql as $$
declare
	v_staff loan.staff;
begin
	select s.* into v_staff from loan.staff s where s.name = p_name and s.branch is not null;
	if not found then
		raise exception 'there is no staff of the name %', p_name using errcode = 'LN404';
	end if;
	perform loan.web_credential_add(v_staff.branch, v_staff.staff_id, p_log2_n, p_r, p_p, p_salt, p_hash, null);
	delete from loan.sign_in_try t where t.name = p_name;
	return loan.web_end_sessions(v_staff.staff_id, 'password');
end $$;
comment on function loan.web_password_set(text, integer, integer, integer, bytea, bytea) is
	'another password; the sessions begun with the one before end, as do delays. For the operator: vonvayd --set-password';

reset role;
set role vonvay_api;

-- A try is counted before its password is looked at, so that many at once are no way around the delay.
create or replace function api.web_sign_in_begin(
	p_name text, p_address text, p_free integer, p_delay_s integer, p_delay_max_s integer, p_forget_s integer, p_rows_max integer)
returns table (wait_s integer, credential_id bigint, staff_id bigint, log2_n smallint, r smallint, p smallint, salt bytea, hash bytea)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_next timestamptz;
	v_tries integer;
begin
	delete from loan.sign_in_try t where t.last_at < now() - make_interval(secs => p_forget_s) and t.next_at < now();
	delete from loan.sign_in_try t where (t.name, t.address) in (
		select o.name, o.address from loan.sign_in_try o order by o.last_at desc offset p_rows_max);
	insert into loan.sign_in_try as t (name, address, tries, last_at, next_at) values (p_name, p_address, 0, now(), now())
	on conflict on constraint sign_in_try_pkey do update set name = t.name
	returning t.next_at, t.tries into v_next, v_tries;
	if v_next > now() then
		return query select ceil(extract(epoch from v_next - now()))::integer, null::bigint, null::bigint, null::smallint,
			null::smallint, null::smallint, null::bytea, null::bytea;
		return;
	end if;
	v_tries := v_tries + 1;
	update loan.sign_in_try t set tries = v_tries, last_at = now(), next_at = now() + make_interval(secs =>
		case when v_tries <= p_free then 0
			else least(p_delay_max_s, p_delay_s * 2 ^ least(v_tries - p_free - 1, 20)) end)
	where t.name = p_name and t.address = p_address;
	return query
	select 0, own.credential_id, own.staff_id, coalesce(own.log2_n, other.log2_n), coalesce(own.r, other.r), coalesce(own.p, other.p),
		own.salt, own.hash
	from (select 1) always
	left join (
		select c.* from loan.staff s join loan.credential c on c.staff_id = s.staff_id and c.superseded_at is null
		where s.name = p_name and exists (select from loan.web_staff(s.staff_id))
	) own on true
	-- for who has none: what most passwords cost, so that time doesn't tell
	left join (
		select c.log2_n, c.r, c.p from loan.credential c where c.superseded_at is null
		group by c.log2_n, c.r, c.p order by count(*) desc, 1, 2, 3 limit 1
	) other on true;
end $$;
comment on function api.web_sign_in_begin(text, text, integer, integer, integer, integer, integer) is
	'counts a try of (name, address); seconds to wait, or the hash to compare with: without credential_id there is none';

create or replace function api.web_sign_in_done(
	p_credential bigint, p_name text, p_address text, p_token_sha256 bytea, p_life_s integer, p_before_sha256 bytea,
	p_log2_n integer, p_r integer, p_p integer, p_salt bytea, p_hash bytea)
returns table (name text, full_name text, expires_at text)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_staff record;
	v_expires timestamptz := now() + make_interval(secs => p_life_s);
begin
	perform from loan.credential c where c.credential_id = p_credential and c.superseded_at is null for update;
	select s.* into v_staff from loan.credential c cross join lateral loan.web_staff(c.staff_id) s
	where c.credential_id = p_credential and c.superseded_at is null;
	if not found then
		raise exception 'the password was changed meanwhile' using errcode = 'LN403';
	end if;
	delete from loan.sign_in_try t where t.name = p_name and t.address = p_address;
	update loan.web_session s set ended_at = now(), ended = 'replaced'
	where s.token_sha256 = p_before_sha256 and s.ended_at is null;
	if p_hash is not null then
		perform loan.web_credential_add(v_staff.branch, v_staff.staff_id, p_log2_n, p_r, p_p, p_salt, p_hash, null);
	end if;
	insert into loan.web_session (branch, staff_id, token_sha256, address, expires_at)
	values (v_staff.branch, v_staff.staff_id, p_token_sha256, p_address, v_expires);
	return query select v_staff.name::text, v_staff.full_name::text, loan.moment(v_expires);
end $$;
comment on function api.web_sign_in_done(bigint, text, text, bytea, integer, bytea, integer, integer, integer, bytea, bytea) is
	'the password was right: a new session, the one before ended, the tries forgotten, the hash replaced if one is given';

create or replace function api.web_session_use(p_token_sha256 bytea, p_idle_s integer)
returns table (staff_id bigint, name text, full_name text, role smallint, made_at text, expires_at text)
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_session loan.web_session;
begin
	select s.* into v_session from loan.web_session s
	where s.token_sha256 = p_token_sha256 and s.ended_at is null and s.expires_at > now()
		and s.used_at > now() - make_interval(secs => p_idle_s);
	if not found then
		return;
	end if;
	if v_session.used_at < now() - make_interval(secs => p_idle_s / 20.0) then
		update loan.web_session s set used_at = now() where s.session_id = v_session.session_id;
	end if;
	return query
	select s.staff_id, s.name, s.full_name, s.role, loan.moment(v_session.made_at), loan.moment(v_session.expires_at)
	from loan.web_staff(v_session.staff_id) s;
end $$;
comment on function api.web_session_use(bytea, integer) is 'whose session this is, if it still lasts; it is used now';

create or replace function api.staff_by_session(p_staff bigint)
returns table (staff_id bigint, branch smallint, name text, role smallint, area text, organisation smallint, point_id integer,
	may_act_as boolean)
language sql stable security definer set search_path = '' as $$
	select n.* from loan.staff_now(p_staff) n where n.branch is not null
$$;
comment on function api.staff_by_session(bigint) is 'whose session web_session_use() found, if they may act today';

create or replace function api.web_session_end(p_token_sha256 bytea) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
	update loan.web_session s set ended_at = now(), ended = 'signed_out'
	where s.token_sha256 = p_token_sha256 and s.ended_at is null;
	return found;
end $$;
comment on function api.web_session_end(bytea) is 'signs out; false when there was no such session';

create or replace function api.web_metrics()
returns table (business_date date, swept_until date, run_state text, days_done integer, days_total integer, chunks bigint,
	night_age_s bigint, retry bigint, held bigint, sealed_until date)
language plpgsql stable security definer set search_path = '' as $$
#variable_conflict use_column
declare
	v_branch smallint;
begin
	select loan.enter_all(j.night) into v_branch from api.job_actors() j;
	return query
	select b.business_date, b.swept_until, r.state, greatest(0, least(b.swept_until, r.until_on) - r.from_on + 1), r.until_on - r.from_on + 1,
		(select count(*) from loan.sweep_chunk c where c.branch = v_branch and c.on_day = b.swept_until + 1),
		(select extract(epoch from now() - d.finished_at)::bigint from loan.sweep_day d
			where d.branch = v_branch order by d.on_day desc limit 1),
		(select count(*) from loan.sweep_retry t where t.branch = v_branch),
		(select count(*) from loan.sweep_held x where x.branch = v_branch and x.released_at is null),
		(select max(l.business_date) from loan.seal l where l.branch = v_branch and l.closes)
	from loan.business b
	left join lateral (select * from loan.sweep_run r where r.branch = v_branch order by r.run_id desc limit 1) r on true
	where b.branch = v_branch;
end $$;
comment on function api.web_metrics() is 'what /metrics tells of the nights and the seals, of the branch whose nights this daemon runs';

reset role;
