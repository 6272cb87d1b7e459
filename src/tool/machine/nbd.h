/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

/* Gives the machine a disk more for each of the addresses of NBD exports; @urls may be NULL. */
gboolean nbd_add (VzVirtualMachineConfiguration *configuration, const char *const *urls,
                  GError **error);
