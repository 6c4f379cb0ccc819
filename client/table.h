/* Tables on stdout, columns aligned by what their cells take on the screen. */
#ifndef VONVAY_CLIENT_TABLE_H
#define VONVAY_CLIENT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct table;

struct table *table_new(size_t columns);
void table_free(struct table *t);
/* Title and side of a column; a column without a title has no head. */
void table_column(struct table *t, size_t column, const char *title, bool right);
/* Cells are added from left to right, row after row. Copied. */
void table_add(struct table *t, const char *cell);
/* A line between what was added and what comes. */
void table_rule(struct table *t);
/* Columns of which every cell is empty are left out. */
void table_print(const struct table *t, const char *indent);

#endif
