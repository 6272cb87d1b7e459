/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The private key with which vz logs in to its machines: vz/ssh/id_ed25519 in the user's data
 * directory, whether or not it exists. */
char *vz_ssh_key_dup_path (void);

/* Creates the key pair if it does not exist. Returns the path of the public key, or NULL with
 * NOT_SUPPORTED (no ssh-keygen) or IO. */
char *vz_ssh_key_ensure (GError **error);

G_END_DECLS
