/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-holder.h"
#include "configuration/identity/vz-machine-identifier.h"
#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* The lock of one bundle: held by a program that runs its machine or uses its files at rest. */
typedef struct _VzBundleLock VzBundleLock;

/* Without waiting. @directory: where the bundle's files are. BUSY names process, program and
 * purpose of the holder, and the path. */
VzBundleLock *vz_bundle_lock_take (const char *directory, const char *purpose, GError **error);
/* The same, and checks whether a program that ignores the lock uses one of the bundle's files. */
VzBundleLock *vz_bundle_lock_take_at_rest (const char *directory, const char *purpose,
                                           gboolean for_writing, GError **error);
/* The descriptor that holds it. */
int vz_bundle_lock_get_fd (VzBundleLock *self);
/* Process @holder->pid has inherited the lock and keeps it beyond this object. */
void vz_bundle_lock_give (VzBundleLock *self, const VzHolder *holder);
void vz_bundle_lock_free (VzBundleLock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzBundleLock, vz_bundle_lock_free)

/* Whether the bundle's lock is held. Changes nothing and creates nothing. *@ret_holder may be NULL
 * even so. */
gboolean vz_bundle_lock_is_held (const char *directory, VzHolder **ret_holder);
/* The holder uses another folder than @directory, whose files are hard links to the same. */
gboolean vz_bundle_lock_is_linked (const char *directory, const VzHolder *holder);
/* BUSY names the holder; one that is about to end is waited for. */
gboolean vz_bundle_lock_check_free (const char *directory, GError **error);

/* The bundle that a configuration belongs to: the directory with one of its files and with
 * @identifier as its machine identifier; NULL when there is none. */
char *vz_bundle_lock_find_directory (VzVirtualMachineConfiguration *configuration,
                                     VzMachineIdentifier *identifier);
/* The same for one file. */
char *vz_bundle_lock_find_around (const char *file, VzMachineIdentifier *identifier);

G_END_DECLS
