/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "installer/vz-guest-settings.h"

G_BEGIN_DECLS

/* The shell script that writes @settings in the guest; see src/guest/provision.sh. @settings are
 * valid. */
char *vz_provision_script (VzGuestSettings *settings);

/* A script for a shell, which runs that one with @variable ("in_boot=1"), sees to it that the guest
 * can be reached, and says on the serial line how that ended: the word @mark, a status, and the
 * last that it said. */
char *vz_provision_dup_reporting_script (VzGuestSettings *settings, const char *variable,
                                         const char *mark);

/* What to say when the script ended with @status (of wait()) and wrote @output to standard error:
 * the last lines of it count. */
gboolean vz_provision_judge (int status, GBytes *output, GError **error);

/* The last lines of what a command in the guest said, joined by "; ", since a message is one
 * line. */
char *vz_provision_dup_tail (GBytes *output);

G_END_DECLS
