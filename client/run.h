/* Commands that are more than one call of a method. Each returns the exit status. */
#ifndef VONVAY_CLIENT_RUN_H
#define VONVAY_CLIENT_RUN_H

#include "client.h"
#include "commands.h"

int run_status(struct client *c, const struct command_line *line);
int run_sweep(struct client *c, const struct command_line *line);
int run_verify(struct client *c, const struct command_line *line);
int run_import(struct client *c, const struct command_line *line);
int run_import_reviews(struct client *c, const struct command_line *line);
int run_import_apply(struct client *c, const struct command_line *line);
int run_session_export(struct client *c, const struct command_line *line);
int run_session_post(struct client *c, const struct command_line *line);
int run_call(struct client *c, const struct command_line *line);
int run_pending(struct client *c, const struct command_line *line);
int run_pending_retry(struct client *c, const struct command_line *line);
int run_pending_forget(struct client *c, const struct command_line *line);
int run_help(struct client *c, const struct command_line *line);
int run_completion(struct client *c, const struct command_line *line);

#endif
