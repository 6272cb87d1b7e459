/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Adds the ports of --publish (NULL-terminated "HOST:GUEST" texts, or NULL) to the first network
 * device with a NAT attachment. INVALID_ARGUMENT names the option and what is allowed. */
gboolean publish_ports (VzVirtualMachineConfiguration *configuration, const char *const *texts,
                        GError **error);

G_END_DECLS
