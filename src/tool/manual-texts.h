/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *line; /* as typed in a shell */
  const char *does; /* a sentence in the third person, without its full stop */
} VzManualExample;

#define MAX_MANUAL_EXAMPLES 7

/* What the manual page of a command has beyond its row in the table of commands. */
typedef struct {
  const char *name; /* the command's */
  const char *text; /* a paragraph; may be NULL */
  VzManualExample examples[MAX_MANUAL_EXAMPLES]; /* at least one */
} VzManualText;

/* NULL: there is none. */
const VzManualText *manual_text_find (const char *name);

G_END_DECLS
