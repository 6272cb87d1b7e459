/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* An EFI firmware of this host: the code that every machine shares, and the template from which
 * each machine's variable store is made. */
typedef struct {
  char *code_path;
  char *code_format; /* "raw" or "qcow2" */
  char *vars_template_path;
  char *vars_template_format;
  gboolean needs_smm; /* of the board, to protect its variables from the guest */
} VzFirmware;

/* The firmware for @machine_type, a versioned type such as "pc-q35-7.2", on @architecture, "x86_64"
 * or "aarch64"; with Secure Boot and a template that has keys, or without. NOT_SUPPORTED if this
 * host has none; the message names the package. */
VzFirmware *vz_firmware_find (const char *architecture, const char *machine_type,
                              gboolean secure_boot, GError **error);
void vz_firmware_free (VzFirmware *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzFirmware, vz_firmware_free)

G_END_DECLS
