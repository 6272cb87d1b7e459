/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tool/vz-tool.h"

G_BEGIN_DECLS

/* Fills a bundle under construction with a machine as `vz install` makes it: hardware model and
 * identifier, variable store, empty disk, configuration. */
typedef struct {
  VzHardwareModel *hardware_model;
  guint cpu_count;
  guint64 memory_size; /* bytes */
  guint64 disk_size; /* bytes */
  const char *const *publish; /* texts of --publish, may be NULL */
} DefaultMachine;

gboolean default_machine_create (const DefaultMachine *self, VzBundle *bundle, GError **error);
/* The same for a bundle whose interrupted installation goes on: identity and disk stay, the rest is
 * as asked for now. */
gboolean default_machine_update (const DefaultMachine *self, VzBundle *bundle, GError **error);

G_END_DECLS
