/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle.h"
#include "installer/target/vz-machine-size.h"

G_BEGIN_DECLS

/* Fills a bundle under construction with the machine that a Linux guest gets: hardware model and
 * identifier, variable store, empty disk, configuration. */
typedef struct {
  VzHardwareModel *hardware_model;
  VzMachineSize size; /* nothing left to choose */
  GPtrArray *published_ports; /* VzPublishedPort, besides the one for SSH; may be NULL */
} VzDefaultMachine;

gboolean vz_default_machine_create (const VzDefaultMachine *self, VzBundle *bundle, GError **error);
/* The same for a bundle whose interrupted installation is continued: identity and disk stay, the
 * rest is as requested now. */
gboolean vz_default_machine_update (const VzDefaultMachine *self, VzBundle *bundle, GError **error);

G_END_DECLS
