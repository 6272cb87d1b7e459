/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-holder.h"
#include "configuration/identity/vz-machine-identifier.h"
#include "configuration/vz-virtual-machine-configuration.h"

G_BEGIN_DECLS

/* The lock of one bundle, held by a program that runs its machine or uses its files at rest. */
typedef struct _VzBundleLock VzBundleLock;

/* Does not wait. @directory: where the bundle's files are. BUSY names the holder's process, program
 * and purpose, and the path. */
VzBundleLock *vz_bundle_lock_take (const char *directory, const char *purpose, GError **error);
/* The same, and checks whether a program that ignores the lock uses one of the bundle's files. */
VzBundleLock *vz_bundle_lock_take_at_rest (const char *directory, const char *purpose,
                                           gboolean for_writing, GError **error);
/* The descriptor that holds it. */
int vz_bundle_lock_get_fd (VzBundleLock *self);
/* Process @holder->pid has inherited the lock and keeps it after this object is freed. */
void vz_bundle_lock_give (VzBundleLock *self, const VzHolder *holder);
void vz_bundle_lock_free (VzBundleLock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzBundleLock, vz_bundle_lock_free)

/* Whether the bundle's lock is held. Changes and creates nothing. *@ret_holder may be NULL even
 * then. */
gboolean vz_bundle_lock_is_held (const char *directory, VzHolder **ret_holder);
/* Whether the holder uses another folder than @directory, with hard links to the same files. */
gboolean vz_bundle_lock_is_linked (const char *directory, const VzHolder *holder);
/* BUSY names the holder; waits for one that is about to end. */
gboolean vz_bundle_lock_check_free (const char *directory, GError **error);

/* The bundle that a configuration belongs to: the directory that contains one of its files and has
 * @identifier as its machine identifier; NULL if there is none. */
char *vz_bundle_lock_find_directory (VzVirtualMachineConfiguration *configuration,
                                     VzMachineIdentifier *identifier);
/* The same for one file. */
char *vz_bundle_lock_find_around (const char *file, VzMachineIdentifier *identifier);

G_END_DECLS
