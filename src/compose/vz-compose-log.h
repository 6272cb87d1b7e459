/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/* Reads the recipe's output line by line: turns it into progress, keeps its end and determines why
 * composing failed. */
typedef struct _VzComposeLog VzComposeLog;

/* Units that a whole run adds to the progress; the caller counts them into its total. */
#define VZ_COMPOSE_LOG_UNITS 90

/* @progress (nullable) gets a child for each stage. */
VzComposeLog *vz_compose_log_new (VzProgress *progress);
void vz_compose_log_free (VzComposeLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzComposeLog, vz_compose_log_free)

void vz_compose_log_add_line (VzComposeLog *self, const char *line);

/* Sets @error with the reason, the last lines and where the whole log is. Returns FALSE. */
gboolean vz_compose_log_fail (VzComposeLog *self, const char *log_path, GError **error);

/* "88.7 kB" -> 88700; 0 if it is not a size. Exposed for the tests. */
guint64 vz_compose_log_parse_size (const char *text);

G_END_DECLS
