/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* The translator's file name in its folder, the same as Apple's. */
#define VZ_TRANSLATOR_NAME "rosetta"

/* The architecture whose programs a guest of @architecture ("x86_64", "aarch64") can have
 * translated; NULL if there is none. Static. */
const char *vz_translator_other_architecture (const char *architecture);

/* A program of this host that runs programs of the other architecture in a guest of @architecture:
 * built for the guest's processor and statically linked, since the guest gets nothing else.
 * NOT_SUPPORTED says why there is none, and what to do. VZ_TRANSLATOR names one; "none" means that
 * none is wanted. */
char *vz_translator_find (const char *architecture, GError **error);
/* The same, with the binary format handlers in a folder other than the kernel's. */
char *vz_translator_find_in (const char *architecture, const char *handlers, GError **error);

/* The folder in @runtime_dir that is shared with the guest. */
char *vz_translator_dup_folder (const char *runtime_dir);

/* Puts a copy of it into that folder, which contains nothing else. */
gboolean vz_translator_provide (const char *architecture, const char *runtime_dir, GError **error);

G_END_DECLS
