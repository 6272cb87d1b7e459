/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

/* Adds a disk to the machine for each address of an NBD export; @urls may be NULL. */
gboolean nbd_add (VzVirtualMachineConfiguration *configuration, const char *const *urls,
                  GError **error);
