/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"
#include "import/vz-foreign-machine.h"

G_BEGIN_DECLS

/* Makes a bundle from a machine that is not a Mac. Problems with its firmware variables are added
 * to what is left out. Errors as for vz_import_machine(). */
gboolean vz_import_linux (VzForeignMachine *machine, const char *destination, VzProgress *progress,
                          GCancellable *cancellable, GError **error);

G_END_DECLS
