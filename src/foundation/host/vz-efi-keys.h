/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* Whether an EFI variable store contains a platform key, without which Secure Boot is off. */
gboolean vz_efi_keys_are_in (const char *path);

G_END_DECLS
