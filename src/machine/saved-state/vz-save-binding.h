/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"
#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* What a saved state belongs to, as JSON: the machine, its configuration, the files that it reads
 * and writes, and what executes it. It is of use only where all of this is as it was. */

/* The machine, its configuration and files as they are now. @attached: the configuration with the
 * USB devices that are there in fact, whose files count. @path: of the saved state; what lies in
 * its folder is named relative to it, so that a bundle may be moved. */
JsonObject *vz_save_binding_new (VzVirtualMachineConfiguration *configuration,
                                 VzVirtualMachineConfiguration *attached, const char *path,
                                 GError **error);
/* A copy of @configuration with the USB devices that were there when @saved was. */
VzVirtualMachineConfiguration *
vz_save_binding_dup_attached (JsonObject *saved, VzVirtualMachineConfiguration *configuration,
                              const char *path, GError **error);
/* Adds what executes it. */
gboolean vz_save_binding_add_engine (JsonObject *binding, VzEngine *engine,
                                     GCancellable *cancellable, GError **error);

/* FALSE with the first thing of which @saved and @now differ. */
gboolean vz_save_binding_check_machine (JsonObject *saved, JsonObject *now, GError **error);
gboolean vz_save_binding_check_files (JsonObject *saved, JsonObject *now, GError **error);
/* Before QEMU is started. */
gboolean vz_save_binding_check_layout (JsonObject *saved, GError **error);
gboolean vz_save_binding_check_engine (JsonObject *saved, JsonObject *now, GError **error);

G_END_DECLS
