/* Terms of student loans. */
#include "vonvay/student.h"

#include "vonvay/schedule.h"

#define MONTHS_A_YEAR 12

static int student_min(int a, int b)
{
	return a < b ? a : b;
}

/* Full years at so many months each, the rest month by month up to that. */
static int student_units(int months, const struct student_rules *rules)
{
	int rest = months % MONTHS_A_YEAR;

	return months / MONTHS_A_YEAR * rules->months_a_year + student_min(rest, rules->months_a_year);
}

bool student_terms_make(const struct student_course *course, const struct student_rules *rules,
			struct student_terms *out)
{
	bool twice = course->twice || course->course_months <= MONTHS_A_YEAR;

	if (course->study_months < 1 || course->study_months > course->course_months ||
	    course->course_months > SCHEDULE_TERM_MAX || rules->wait_months < 0)
		return false;
	out->grace_months = course->study_months + rules->wait_months;
	out->repayment_max = twice ? 2 * course->study_months : course->study_months;
	out->term_max = out->grace_months + out->repayment_max;
	out->units = student_units(course->study_months, rules);
	return out->term_max <= SCHEDULE_TERM_MAX;
}

int student_units_by(const struct student_course *course, const struct student_rules *rules, int months)
{
	if (months < 0)
		return 0;
	return student_units(student_min((months / MONTHS_A_YEAR + 1) * MONTHS_A_YEAR, course->study_months),
			     rules);
}
