/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "configuration/vz-virtual-machine-configuration.h"
#include "qemu/engine/vz-engine.h"

G_BEGIN_DECLS

/* What a saved state depends on, as JSON: the machine, its configuration, the files that it reads
 * and writes, and the engine that runs it. It is usable only if all of this is unchanged. */

/* The machine, its configuration and files as they are now. @attached: the configuration with the
 * USB devices that are actually attached, whose files count. @path: of the saved state; files in
 * its folder are named relative to it, so that a bundle may be moved. */
JsonObject *vz_save_binding_new (VzVirtualMachineConfiguration *configuration,
                                 VzVirtualMachineConfiguration *attached, const char *path,
                                 GError **error);
/* A copy of @configuration with the USB devices attached at the time of @saved. */
VzVirtualMachineConfiguration *
vz_save_binding_dup_attached (JsonObject *saved, VzVirtualMachineConfiguration *configuration,
                              const char *path, GError **error);
/* Adds the engine. */
gboolean vz_save_binding_add_engine (JsonObject *binding, VzEngine *engine,
                                     GCancellable *cancellable, GError **error);

/* FALSE with the first difference between @saved and @now. */
gboolean vz_save_binding_check_machine (JsonObject *saved, JsonObject *now, GError **error);
gboolean vz_save_binding_check_files (JsonObject *saved, JsonObject *now, GError **error);
/* To be called before QEMU is started. */
gboolean vz_save_binding_check_layout (JsonObject *saved, GError **error);
gboolean vz_save_binding_check_engine (JsonObject *saved, JsonObject *now, GError **error);

G_END_DECLS
