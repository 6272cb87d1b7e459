/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/console/vz-serial-port-attachment.h"
#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* Attaches the port that QEMU calls @id to something else, or with NULL to nothing. After an error
 * it is attached to nothing. Not for a Spice agent's port. */
gboolean vz_engine_change_chardev (VzEngine *self, const char *id,
                                   VzSerialPortAttachment *attachment, GCancellable *cancellable,
                                   GError **error);

G_END_DECLS
