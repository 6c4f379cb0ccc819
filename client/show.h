/* Results of methods, shown to people on stdout. */
#ifndef VONVAY_CLIENT_SHOW_H
#define VONVAY_CLIENT_SHOW_H

#include <jansson.h>

void show_daemon(const json_t *result);
void show_portfolio(const json_t *result);
void show_targets(const json_t *result);
void show_loan(const json_t *result);
void show_loan_events(const json_t *result);
void show_loans_found(const json_t *result);
void show_disbursed(const json_t *result);
void show_paid(const json_t *result);
void show_payoff(const json_t *result);
void show_loan_event(const json_t *result);
void show_loan_events_made(const json_t *result);
void show_pay_moved(const json_t *result);
void show_application(const json_t *result);
void show_application_step(const json_t *result);
void show_applications(const json_t *result);
void show_application_list(const json_t *result);
void show_application_queue(const json_t *result);
void show_application_disbursed(const json_t *result);
void show_fund(const json_t *result);
void show_funds(const json_t *result);
void show_fund_status(const json_t *result);
void show_fund_row(const json_t *result);
void show_fund_history(const json_t *result);
void show_quote(const json_t *result);
void show_household(const json_t *result);
void show_household_changed(const json_t *result);
void show_reviews(const json_t *result);
void show_review_preview(const json_t *result);
void show_households_found(const json_t *result);
void show_household_personal(const json_t *result);
void show_household_looks(const json_t *result);
void show_group(const json_t *result);
void show_sheet(const json_t *result);
void show_deposit(const json_t *result);
void show_deposit_fact(const json_t *result);
void show_deposit_credited(const json_t *result);
void show_session_sheets(const json_t *result);
void show_session_posted(const json_t *result);
void show_session_status(const json_t *result);
void show_session_cash(const json_t *result);
void show_session_closed(const json_t *result);
void show_session_excused(const json_t *result);
void show_group_history(const json_t *result);
void show_group_formed(const json_t *result);
void show_group_led(const json_t *result);
void show_group_joined(const json_t *result);
void show_group_left(const json_t *result);
void show_group_moved(const json_t *result);
void show_group_dissolved(const json_t *result);
void show_sweep(const json_t *result);
void show_sweep_asked(const json_t *result);
void show_held(const json_t *result);
void show_released(const json_t *result);
void show_change(const json_t *result);
void show_changes(const json_t *result);
void show_change_preview(const json_t *result);
void show_rates(const json_t *result);
void show_reliefs(const json_t *result);
void show_staff(const json_t *result);
void show_staff_list(const json_t *result);
void show_staff_change(const json_t *result);
void show_staff_changes(const json_t *result);
void show_import(const json_t *result);
void show_book_trial(const json_t *result);
void show_book_account(const json_t *result);
void show_book_day(const json_t *result);
void show_book_loan(const json_t *result);
void show_book_reconcile(const json_t *result);
void show_needs(const json_t *result);
void show_need_write(const json_t *result);
void show_escapes(const json_t *result);
void show_escape_write(const json_t *result);
void show_plans(const json_t *result);
void show_plan_write(const json_t *result);
void show_target_write(const json_t *result);
void show_work(const json_t *result);
void show_work_done(const json_t *result);
void show_group_score(const json_t *result);
void show_group_scores(const json_t *result);
void show_group_commission(const json_t *result);
void show_watch_inactive(const json_t *result);
void show_watch_due(const json_t *result);
void show_watch_frozen(const json_t *result);
void show_watch_signs(const json_t *result);
void show_check_list(const json_t *result);
void show_check_recorded(const json_t *result);
void show_notice_list(const json_t *result);
void show_notices_given(const json_t *result);
/* JSON over several lines, as --json prints it. */
void show_json(const json_t *value);

#endif
