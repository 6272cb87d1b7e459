/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Prints rows of texts in columns as wide as they need. @rows: of GStrv, each with a text for each
 * column; the first row is usually the head. @right: a string of one letter for each column, 'r'
 * for those set to the right, such as sizes; 'l' for the rest. */
void table_print (GPtrArray *rows, const char *right);

G_END_DECLS
