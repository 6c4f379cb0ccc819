/* The daemon from start to stop, below main(). */
#ifndef VONVAY_RUN_H
#define VONVAY_RUN_H

struct settings;

/* Takes over `settings`; `config` is read again at SIGHUP. Returns the exit status. */
int run_daemon(struct settings *settings, const char *config);

#endif
