/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Adds the folders of --share (NULL-terminated "DIR[:TAG][:ro]" texts, or NULL) to the machine's
 * shared folders. INVALID_ARGUMENT names the option and what is allowed. */
gboolean share_folders (VzVirtualMachineConfiguration *configuration, const char *const *texts,
                        GError **error);
/* Says where the folders are in the guest, if there are any. */
void share_say (VzVirtualMachineConfiguration *configuration);

G_END_DECLS
