/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file of this host that the guest reads from QEMU's firmware configuration device (fw_cfg), in
 * Linux below /sys/firmware/qemu_fw_cfg/by_name. QEMU reads it once, when it starts. */
typedef struct {
  const char *const *names; /* ends with NULL; each begins with "opt/", see QEMU's fw_cfg.rst */
  const char *path; /* of a file that is not empty */
} VzFirmwareFile;

G_END_DECLS
