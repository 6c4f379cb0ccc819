/* vonvayd --rotate-key: seals all personal data anew with the current data key, in chunks while daemons serve. */
#ifndef VONVAY_ROTATE_H
#define VONVAY_ROTATE_H

struct settings;

/* Tells of progress on stdout, of what is wrong on stderr. 0: nothing is sealed with another key any more, and none may be;
 * 1: something is, or could not be done; started again it goes on from there. */
int rotate_key(const struct settings *settings);

#endif
