-- Papers: a form with its number and day about an application, a loan, a group or a household.
set role vonvay_owner;

create or replace function loan.form_number(p_branch smallint, p_form text, p_on date) returns text language plpgsql as $$
declare
	v_year smallint := extract(year from p_on);
	v_last integer;
begin
	insert into loan.form_number as n (branch, form, year, last) values (p_branch, p_form, v_year, 1)
	on conflict (branch, form, year) do update set last = n.last + 1 returning n.last into v_last;
	return v_year || '/' || lpad(v_last::text, 6, '0');
end $$;
comment on function loan.form_number(smallint, text, date) is 'the next number of a form in the year of a day: 2024/000001, without gaps';

create or replace function loan.form_put(p_branch smallint, p_entry bigint, p_form text, p_number text, p_on date,
	p_subject text, p_subject_id bigint) returns text language plpgsql as $$
declare
	v_number text := coalesce(nullif(trim(p_number), ''), loan.form_number(p_branch, p_form, p_on));
begin
	insert into loan.form_use (branch, form, number, on_day, subject, subject_id, entry_id)
	values (p_branch, p_form, v_number, p_on, p_subject, p_subject_id, p_entry);
	return v_number;
exception when unique_violation then
	raise exception 'form % number % of % is recorded already', p_form, v_number, p_on using errcode = 'LN014', column = 'number';
end $$;
comment on function loan.form_put(smallint, bigint, text, text, date, text, bigint) is
	'records a form of a day about a subject (application, loan, group, household) under its number, or the next one when none is given; the number. LN014: recorded already';

create or replace function loan.forms_of(p_branch smallint, p_subject text, p_subject_id bigint) returns jsonb
language sql stable as $$
	select coalesce(jsonb_agg(jsonb_build_object('form', u.form, 'name_vi', f.name_vi, 'name_en', f.name_en,
		'number', u.number, 'on', u.on_day) order by u.on_day, u.entry_id, u.form), '[]')
	from loan.form_use u join loan.form f on f.code = u.form
	where u.branch = p_branch and u.subject = p_subject and u.subject_id = p_subject_id
$$;
comment on function loan.forms_of(smallint, text, bigint) is 'the papers about a subject, oldest first: [{form, name_vi, name_en, number, on}]';

reset role;
