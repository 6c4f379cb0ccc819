/* What every file may ask of the compiler. */
#ifndef VONVAY_COMPILER_H
#define VONVAY_COMPILER_H

/* The result tells of a failure of the world and must be looked at. */
#define MUSTCHECK __attribute__((warn_unused_result))
/* Argument `fmt` is a printf format, its values start at argument `first`. */
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))
#define NORETURN __attribute__((noreturn))
#define NEVER_NULL __attribute__((returns_nonnull))
#define UNUSED __attribute__((unused))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
