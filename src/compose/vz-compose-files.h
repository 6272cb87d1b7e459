/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "compose/vz-compose-request.h"

G_BEGIN_DECLS

/* The folder in the scratch folder with the user's script and files for the recipe. */
#define VZ_COMPOSE_ADDED "added"

/* A digest, as hex digits, of the request's script and of what is to be copied: names, modes and
 * content; "" if there is neither. NOT_FOUND, IO, or INVALID_ARGUMENT for anything except files,
 * folders and links. */
char *vz_compose_files_digest (VzComposeRequest *request, GCancellable *cancellable,
                               GError **error);

/* Copies all of it to VZ_COMPOSE_ADDED in @directory, for the recipe: "run" is the script,
 * "0/NAME", "1/NAME" and so on are the files to copy, and "list" has one line with the path of each
 * folder that they go to. BUSY when the digest no longer matches. Does nothing when there is
 * neither. */
gboolean vz_compose_files_stage (VzComposeRequest *request, const char *digest,
                                 const char *directory, GCancellable *cancellable, GError **error);

G_END_DECLS
