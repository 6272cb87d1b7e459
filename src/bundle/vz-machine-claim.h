/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-holder.h"
#include "configuration/identity/vz-machine-identifier.h"
#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* Everything that a process needs before it runs a machine: the lock of its bundle, that of its
 * identifier, and its runtime directory. */
typedef struct _VzMachineClaim VzMachineClaim;

/* BUSY names the holder. */
VzMachineClaim *vz_machine_claim_new (VzVirtualMachineConfiguration *configuration,
                                      VzMachineIdentifier *identifier, GError **error);
/* Adds the descriptors that the machine's process must inherit. */
void vz_machine_claim_add_fds (VzMachineClaim *self, GArray *fds);
/* Process @pid has inherited them, and keeps the claim after this object is freed. @layout: a
 * number for the layout of the machine's devices, for others to find. */
void vz_machine_claim_give (VzMachineClaim *self, int pid, guint layout);
void vz_machine_claim_free (VzMachineClaim *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzMachineClaim, vz_machine_claim_free)

const char *vz_machine_claim_get_runtime_dir (VzMachineClaim *self);
const char *vz_machine_claim_get_state_dir (VzMachineClaim *self);

/* Finds the process that runs the machine of @configuration, even from another session or as
 * another user. FALSE if none does. *@ret_holder may be NULL although one does. */
gboolean vz_machine_claim_look (VzVirtualMachineConfiguration *configuration,
                                VzMachineIdentifier *identifier, VzHolder **ret_holder);

/* BUSY names the process that runs it; waits for one that is about to end. */
gboolean vz_machine_claim_check_free (VzVirtualMachineConfiguration *configuration,
                                      VzMachineIdentifier *identifier, GError **error);

/* The lock of a machine identifier alone, by its directory or by the identifier. */
char *vz_machine_lock_dup_directory (VzMachineIdentifier *identifier);
gboolean vz_machine_lock_look (const char *directory, VzHolder **ret_holder);
gboolean vz_machine_lock_look_for (VzMachineIdentifier *identifier, VzHolder **ret_holder);

G_END_DECLS
