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
  const char *backing; /* what the disk, a qcow2, stands on; NULL: nothing */
  /* Changes the usual configuration before the disk is written. */
  gboolean (*customize) (VzBundle *bundle, VzVirtualMachineConfiguration *configuration,
                         gpointer user_data, GError **error);
  gpointer user_data; /* for it; not owned */
} VzForeignDisk;

/* An installer that asks nothing. */
typedef struct {
  gboolean is_wanted;
  char *own; /* lines of the user's for its script; NULL: none */
  VzUnattended system; /* all 0 until the CD is known */
  VzSettingsMark mark; /* all 0 until the machine is prepared */
  VzKernelBoot boot; /* the same */
} VzUnattendedRun;

#define VZ_BUNDLE_INSTALLER_SHARES 100 /* of the progress of the whole */

struct _VzBundleInstaller {
  GObject parent_instance;
  char *path; /* where the bundle will be */
  VzMachineSize size;
  GPtrArray *published_ports; /* VzPublishedPort; may be NULL */
  VzGuestSettings *settings;
  gboolean keep_image;
  VzRestoreImage *image; /* not a local file until it is brought */
  char *disk_location; /* instead of an image: a path or an address */
  VzDiskProof *proof; /* what the disk image has to be; resolved */
  GBytes *user_data; /* for cloud-init; NULL: none */
  GBytes *ignition_data; /* the same for Ignition */
  gboolean leave_guest; /* no first boot, no settings */
  char *note; /* what the user has to know when it is done; NULL: nothing */
  VzDiskSource *disk; /* NULL until it is fetched */
  VzBundle *bundle; /* under construction, once claimed */
  gboolean resumes; /* the bundle has the restored disk of an interrupted installation */
  VzProgress *progress;
  gboolean is_iso; /* @disk_location is a CD image, which installs a system */
  VzIsoImage iso; /* all 0 until it is here */
  VzMediaBoot media; /* all 0 until it is prepared */
  VzUnattendedRun unattended;
  VzForeignDisk foreign; /* all 0: the disk is an image, and the machine the usual one */
};

/* Before vz_bundle_installer_check(); what it points to lasts as long as the installation. */
void vz_bundle_installer_set_foreign (VzBundleInstaller *self, const VzForeignDisk *foreign);
/* Its progress is all there is of @progress, which is new. */
void vz_bundle_installer_report_to (VzBundleInstaller *self, VzProgress *progress);

/* Takes over what an interrupted installation left, if that is of use. FALSE without an error:
 * there is nothing. */
gboolean vz_bundle_installer_take_over (VzBundleInstaller *self, GError **error);
/* All that takes long, from a claimed bundle to one in its place. */
gboolean vz_bundle_installer_make_bundle (VzBundleInstaller *self, GCancellable *cancellable,
                                          GError **error);
/* Discards the bundle; adds to @error what cannot be removed of it. */
void vz_bundle_installer_abandon (VzBundleInstaller *self, GError **error);
/* Once the guest was booted: whether it has them. */
gboolean vz_bundle_installer_took_settings (const VzBundleInstaller *self);
/* Says in the configuration whom the guest lets in. */
gboolean vz_bundle_installer_record_user (VzBundleInstaller *self, GError **error);

G_END_DECLS
