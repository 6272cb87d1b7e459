/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle-clone.h"
#include "bundle/vz-bundle.h"

G_BEGIN_DECLS

/* Names in a bundle: Apple's, so that a bundle means the same on both systems. */
#define VZ_BUNDLE_DISK_IMAGE "Disk.img"
#define VZ_BUNDLE_AUXILIARY_STORAGE "AuxiliaryStorage"
#define VZ_BUNDLE_HARDWARE_MODEL "HardwareModel"
#define VZ_BUNDLE_MACHINE_IDENTIFIER "MachineIdentifier"
#define VZ_BUNDLE_CONFIGURATION "Configuration.json"
#define VZ_BUNDLE_RESTORE_IMAGE "RestoreImage.ipsw"
#define VZ_BUNDLE_SAVE_FILE "SaveFile.vzvmsave"
/* Ours, only in a bundle under construction: who makes it. */
#define VZ_BUNDLE_OWNER ".owner"
/* Ours: who has the lock of a bundle, see vz-bundle-lock.c. */
#define VZ_BUNDLE_HOLDER ".holder"

char *vz_bundle_dup_file_path (VzBundle *self, const char *name);

/* The place where a bundle is made: `.NAME.partial` beside @path, so that a rename can put it
 * there. Makes and locks it, or takes over a leftover that nobody holds: emptied, unless @resume,
 * which wants a leftover. Returns the descriptor that holds the lock, or -1. */
int vz_bundle_partial_claim (const char *path, gboolean resume, char **ret_directory,
                             gboolean *ret_leftover, GError **error);

/* What Configuration.json alone says, or what stands for it: paths as they are written, without
 * identity. */
VzConfig *vz_bundle_read_configuration (VzBundle *self, GError **error);

/* Without a lock, which the caller has. */
gboolean vz_bundle_write_configuration (VzBundle *self,
                                        VzVirtualMachineConfiguration *configuration,
                                        GError **error);

/* For what would make a saved state useless: it is refused while there is one, which @belongs_to
 * "its disk". @otherwise: what else to do than to run the machine and shut it down, or "". */
gboolean vz_bundle_check_no_saved_state (VzBundle *self, const char *belongs_to,
                                         const char *otherwise, GError **error);

/* Whether it is a Mac's without a configuration, as Apple's sample code makes them, and what that
 * sample's programs say of every machine. */
gboolean vz_bundle_is_of_sample (VzBundle *self);
VzConfig *vz_bundle_new_sample_configuration (VzBundle *self);

/* What is different in cloning a bundle whose machine runs; every member is wanted. */
typedef struct {
  gboolean
    may_share_only; /* files that cannot be shared are NOT_SUPPORTED: a copy would take too long */
  gboolean (*prepare) (VzBundle *clone, gpointer user_data, GError **error); /* it is still empty */
  gboolean (*skips) (const char *name, gpointer user_data); /* another process creates that file */
  gboolean (*finish) (gpointer user_data, GError **error); /* all other files are there */
  gpointer user_data;
} VzBundleCopy;

/* vz_bundle_clone() without the machine's lock. @copy may be NULL. */
gboolean vz_bundle_clone_with (VzBundle *self, const char *destination, VzBundleCloneFlags flags,
                               const VzBundleCopy *copy, VzProgress *progress,
                               GCancellable *cancellable, GError **error);

/* Reports a malformed file of a bundle, whichever code found it. */
void vz_bundle_blame (GError **error);

/* The folder of the folders of vz_state_directory_for(), which need not be there. */
char *vz_state_directory_dup_base (void);

/* The registry: links, by which vz finds bundles again. Registering is
 * done by the way, so its failure is nobody's. */
void vz_bundle_registry_add (VzBundle *self);
void vz_bundle_registry_remove (VzBundle *self);
gboolean vz_bundle_registry_remove_path (const char *path);
/* Path of another bundle with the same machine identifier, or NULL. */
char *vz_bundle_registry_find_other (VzBundle *self);

G_END_DECLS
