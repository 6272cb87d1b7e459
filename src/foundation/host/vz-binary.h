/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* QEMU's program for guests of @architecture, or NOT_SUPPORTED naming the package that contains it.
 * VZ_QEMU_X86_64 and VZ_QEMU_AARCH64 override the search of PATH. */
char *vz_binary_find (const char *architecture, GError **error);

/* Its version, such as "7.2.22". Runs the program, which takes about 30 ms. */
char *vz_binary_dup_version (const char *binary, GError **error);

/* FALSE with NOT_SUPPORTED if the board ("pc-q35-9.2") is from a newer QEMU than @binary. */
gboolean vz_binary_check_board (const char *binary, const char *board, GError **error);

G_END_DECLS
