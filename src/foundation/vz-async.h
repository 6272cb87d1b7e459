/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-progress.h"

G_BEGIN_DECLS

/* The one way in which a blocking call gets its _async and _finish. */

/* The call itself, in a thread of GTask's pool. NULL means failure and sets @error; a call without
 * a result returns VZ_ASYNC_DONE. */
typedef gpointer (*VzAsyncCall) (gpointer source, gpointer data, GCancellable *cancellable,
                                 GError **error);
#define VZ_ASYNC_DONE GINT_TO_POINTER (TRUE)

typedef struct {
  VzAsyncCall call;
  gpointer tag; /* the _async function: _finish rejects the result of another */
  gpointer data; /* for the call; may be NULL */
  GDestroyNotify free_data; /* may be NULL */
  GDestroyNotify free_result; /* of a result that is never fetched; NULL for VZ_ASYNC_DONE */
} VzAsync;

/* Takes ownership of @async->data. @source (nullable, GObject) is kept until the callback has been
 * called. */
void vz_async_start (const VzAsync *async, gpointer source, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data);

/* The same for calls without a source that take one text (may be NULL) and return an object. */
void vz_async_start_with_text (VzAsyncCall call, gpointer tag, const char *text,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);

/* What the call returned, now owned by the caller; NULL with @error. */
gpointer vz_async_finish (GAsyncResult *result, gpointer source, gpointer tag, GError **error);

/* The same for calls that make a file, with the call itself as the tag. */
typedef gboolean (*VzAsyncMakeFile) (gpointer source, const char *destination, VzProgress *progress,
                                     GCancellable *cancellable, GError **error);
void vz_async_make_file (gpointer source, VzAsyncMakeFile make, const char *destination,
                         VzProgress *progress, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
