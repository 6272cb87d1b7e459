/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* The guest's memory in QEMU. */
typedef struct {
  char *block; /* QEMU's name for it */
  guint64 size; /* bytes */
  guint64 address; /* in QEMU's process */
  pid_t pid; /* 0: started by another program, and out of reach */
} VzEngineMemory;

/* NULL if QEMU does not tell, which is not a failure of the engine. */
VzEngineMemory *vz_engine_memory_find (VzEngine *engine, GCancellable *cancellable);
void vz_engine_memory_free (VzEngineMemory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzEngineMemory, vz_engine_memory_free)

/* Whether this process may write to it. */
gboolean vz_engine_memory_is_writable (const VzEngineMemory *self);

/* Writes pages, records of QEMU's stream, to memory that is still zero. The guest must not have run
 * yet. */
gboolean vz_engine_memory_put_pages (const VzEngineMemory *self, const guint8 *records, gsize size,
                                     GError **error);

G_END_DECLS
