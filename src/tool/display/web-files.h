/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The page's files: ours, and noVNC's from where the distribution puts it. */
typedef struct {
  char *ours;
  char *novnc;
} WebFiles;

/* NOT_SUPPORTED if noVNC is missing, NOT_FOUND if our own files are. */
gboolean web_files_find (WebFiles *self, GError **error);
void web_files_clear (WebFiles *self);
void web_files_serve (WebFiles *self, SoupServerMessage *message, const char *path);

G_END_DECLS
