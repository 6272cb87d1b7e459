/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bundle/vz-bundle-clone.h"
#include "bundle/vz-bundle.h"

G_BEGIN_DECLS

/* File names in a bundle: Apple's, so that a bundle means the same on both systems. */
#define VZ_BUNDLE_DISK_IMAGE "Disk.img"
#define VZ_BUNDLE_AUXILIARY_STORAGE "AuxiliaryStorage"
#define VZ_BUNDLE_HARDWARE_MODEL "HardwareModel"
#define VZ_BUNDLE_MACHINE_IDENTIFIER "MachineIdentifier"
#define VZ_BUNDLE_CONFIGURATION "Configuration.json"
#define VZ_BUNDLE_RESTORE_IMAGE "RestoreImage.ipsw"
#define VZ_BUNDLE_SAVE_FILE "SaveFile.vzvmsave"
/* Ours, only in a bundle under construction: its creator. */
#define VZ_BUNDLE_OWNER ".owner"
/* Ours: the holder of a bundle's lock, see vz-bundle-lock.c. */
#define VZ_BUNDLE_HOLDER ".holder"

char *vz_bundle_dup_file_path (VzBundle *self, const char *name);

/* The place where a bundle is made: `.NAME.partial` beside @path, so that a rename can put it
 * there. Creates and locks it, or takes over an unlocked leftover: emptied, unless @resume, which
 * requires a leftover. Returns the descriptor that holds the lock, or -1. */
int vz_bundle_partial_claim (const char *path, gboolean resume, char **ret_directory,
                             gboolean *ret_leftover, GError **error);

/* The contents of Configuration.json alone, or of its substitute: paths as written, without
 * identity. */
VzConfig *vz_bundle_read_configuration (VzBundle *self, GError **error);

/* Without taking the lock, which the caller has. */
gboolean vz_bundle_write_configuration (VzBundle *self,
                                        VzVirtualMachineConfiguration *configuration,
                                        GError **error);

/* For what would make a saved state useless: refused while there is one, which @belongs_to "its
 * disk". @otherwise: an alternative to running the machine and shutting it down, or "". */
gboolean vz_bundle_check_no_saved_state (VzBundle *self, const char *belongs_to,
                                         const char *otherwise, GError **error);

/* Whether it is a Mac's without a configuration, as made by Apple's sample code, and the
 * configuration that the sample's programs use for every machine. */
gboolean vz_bundle_is_of_sample (VzBundle *self);
VzConfig *vz_bundle_new_sample_configuration (VzBundle *self);

/* How cloning differs for a bundle whose machine is running; every member is required. */
typedef struct {
  gboolean
    may_share_only; /* NOT_SUPPORTED for files that cannot be shared: copying would take too long */
  gboolean (*prepare) (VzBundle *clone, gpointer user_data, GError **error); /* called while it is
                                                                              * still empty */
  gboolean (*skips) (const char *name, gpointer user_data); /* another process creates that file */
  gboolean (*finish) (gpointer user_data, GError **error); /* called when all other files are
                                                            * there */
  gpointer user_data;
} VzBundleCopy;

/* vz_bundle_clone() without the machine's lock. @copy may be NULL. */
gboolean vz_bundle_clone_with (VzBundle *self, const char *destination, VzBundleCloneFlags flags,
                               const VzBundleCopy *copy, VzProgress *progress,
                               GCancellable *cancellable, GError **error);

/* Reports a malformed file of a bundle, whichever code found it. */
void vz_bundle_blame (GError **error);

/* The parent folder of those of vz_state_directory_for(); it need not exist. */
char *vz_state_directory_dup_base (void);

/* The registry: links by which vz finds bundles again. Registering is incidental, so its failures
 * are not reported. */
void vz_bundle_registry_add (VzBundle *self);
void vz_bundle_registry_remove (VzBundle *self);
gboolean vz_bundle_registry_remove_path (const char *path);
/* Path of another bundle with the same machine identifier, or NULL. */
char *vz_bundle_registry_find_other (VzBundle *self);

G_END_DECLS
