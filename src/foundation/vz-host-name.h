/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* RFC 1123, and the kernel's limit of 64 characters. NULL if @text is valid, else what is wrong
 * with it, a phrase that follows "'text' found, ". The caller frees it. */
char *vz_host_name_judge (const char *text);

/* An always valid host name, derived from the name of a bundle: "My VM.bundle" -> "my-vm". */
char *vz_host_name_derive (const char *path);

G_END_DECLS
