/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "image/zip/vz-image-source.h"

G_BEGIN_DECLS

/* What each kind of source provides. */
typedef struct {
  gboolean (*read) (VzImageSource *self, guint64 offset, void *buffer, gsize size,
                    GCancellable *cancellable, GError **error);
  void (*expect) (VzImageSource *self, guint64 begin, guint64 end); /* may be NULL */
  void (*free) (VzImageSource *self);
} VzImageSourceKind;

/* First member of each kind's own struct. */
struct _VzImageSource {
  const VzImageSourceKind *kind;
  guint64 size;
  int fd; /* -1: no local file */
};

G_END_DECLS
