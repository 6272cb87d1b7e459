/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Prints rows of texts in columns as wide as they need. @rows: of GStrv, each with one text per
 * column; the first row is usually the header. @right: a string of one letter per column, 'r' for
 * right-aligned ones, such as sizes, 'l' for the others. */
void table_print (GPtrArray *rows, const char *right);

G_END_DECLS
