/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-guest-settings.h"

G_BEGIN_DECLS

/* The shell script that applies @settings, which are valid, in the guest; see
 * src/guest/provision.sh. */
char *vz_provision_script (VzGuestSettings *settings);

/* A shell script that runs the former with @variable ("in_boot=1"), makes sure that the guest can
 * be reached, and reports the outcome on the serial line: the word @mark, a status, and its last
 * output. */
char *vz_provision_dup_reporting_script (VzGuestSettings *settings, const char *variable,
                                         const char *mark);

/* What to report if the script ended with @status (of wait()) and wrote @output to standard error,
 * of which the last lines count. */
gboolean vz_provision_judge (int status, GBytes *output, GError **error);

/* The last lines that a command in the guest printed, joined by "; ", since a message is one
 * line. */
char *vz_provision_dup_tail (GBytes *output);

G_END_DECLS
