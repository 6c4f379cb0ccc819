/* Compiler attributes used by all headers. */
#ifndef VONVAY_COMPILER_H
#define VONVAY_COMPILER_H

/* The result must be looked at: ignoring a failure is a bug. */
#define MUSTCHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(format, args) __attribute__((format(printf, format, args)))
#define NORETURN __attribute__((noreturn))

#endif
