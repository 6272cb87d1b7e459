/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk/vz-disk-source.h"
#include "disk/vz-iso-image.h"
#include "installer/target/vz-machine-size.h"
#include "installer/unattended/vz-settings-mark.h"
#include "installer/vz-bundle-installer.h"
#include "installer/vz-media-boot.h"
#include "systems/vz-disk-proof.h"
#include "systems/vz-unattended.h"

G_BEGIN_DECLS

/* The disk of another program's machine, whose size the new machine's disk keeps. */
typedef struct {
  const char *backing; /* the disk's backing file, if it is a qcow2; NULL: none */
  /* Changes the usual configuration before the disk is written. */
  gboolean (*customize) (VzBundle *bundle, VzVirtualMachineConfiguration *configuration,
                         gpointer user_data, GError **error);
  gpointer user_data; /* for it; not owned */
} VzForeignDisk;

/* An unattended installer. */
typedef struct {
  gboolean is_wanted;
  char *own; /* lines of the user's own for its script; NULL: none */
  VzUnattended system; /* all 0 until the CD has been examined */
  VzSettingsMark mark; /* all 0 until the machine is prepared */
  VzKernelBoot boot; /* the same */
} VzUnattendedRun;

#define VZ_BUNDLE_INSTALLER_SHARES 100 /* of the whole progress */

struct _VzBundleInstaller {
  GObject parent_instance;
  char *path; /* where the bundle will be */
  VzMachineSize size;
  GPtrArray *published_ports; /* VzPublishedPort; may be NULL */
  VzGuestSettings *settings;
  gboolean keep_image;
  VzRestoreImage *image; /* not a local file until fetched or composed */
  char *disk_location; /* instead of an image: a path or an address */
  VzDiskProof *proof; /* what the disk image has to match; resolved */
  GBytes *user_data; /* for cloud-init; NULL: none */
  GBytes *ignition_data; /* the same for Ignition */
  gboolean leave_guest; /* no first boot, no settings */
  char *note; /* what the user has to know at the end; NULL: nothing */
  VzDiskSource *disk; /* NULL until it is fetched */
  VzBundle *bundle; /* under construction, once claimed */
  gboolean resumes; /* the bundle has the restored disk of an interrupted installation */
  VzProgress *progress;
  gboolean is_iso; /* @disk_location is a CD image with an installer */
  VzIsoImage iso; /* all 0 until the CD image is here */
  VzMediaBoot media; /* all 0 until prepared */
  VzUnattendedRun unattended;
  VzForeignDisk foreign; /* all 0: the disk is an image, and the machine the usual one */
};

/* Before vz_bundle_installer_check(); what it points to must outlive the installation. */
void vz_bundle_installer_set_foreign (VzBundleInstaller *self, const VzForeignDisk *foreign);
/* Its progress fills all of @progress, which is new. */
void vz_bundle_installer_report_to (VzBundleInstaller *self, VzProgress *progress);

/* Takes over what an interrupted installation left, if usable. FALSE without an error: there is
 * nothing. */
gboolean vz_bundle_installer_take_over (VzBundleInstaller *self, GError **error);
/* Everything that takes long, from a claimed bundle to one in its place. */
gboolean vz_bundle_installer_make_bundle (VzBundleInstaller *self, GCancellable *cancellable,
                                          GError **error);
/* Discards the bundle; adds to @error what cannot be removed. */
void vz_bundle_installer_abandon (VzBundleInstaller *self, GError **error);
/* After the guest's boot: whether it has taken its settings. */
gboolean vz_bundle_installer_took_settings (const VzBundleInstaller *self);
/* Records in the configuration who can log in to the guest. */
gboolean vz_bundle_installer_record_user (VzBundleInstaller *self, GError **error);

G_END_DECLS
