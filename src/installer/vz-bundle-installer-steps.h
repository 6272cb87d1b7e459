/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "disk/vz-disk-source.h"
#include "installer/vz-bundle-installer.h"
#include "installer/vz-machine-size.h"
#include "systems/vz-disk-proof.h"

G_BEGIN_DECLS

/* Changes the usual configuration of a new machine before its disk is written. */
typedef gboolean (*VzBundleCustomize) (VzBundle *bundle,
                                       VzVirtualMachineConfiguration *configuration,
                                       gpointer user_data, GError **error);

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
  char *backing_location; /* what a disk that is imported stands on; NULL: nothing */
  VzDiskProof *proof; /* what the disk image has to be; resolved */
  GBytes *user_data; /* for cloud-init; NULL: none */
  gboolean leave_guest; /* no first boot, no settings */
  char *note; /* what the user has to know when it is done; NULL: nothing */
  VzDiskSource *disk; /* NULL until it is fetched */
  VzBundle *bundle; /* under construction, once claimed */
  gboolean resumes; /* the bundle has the restored disk of an interrupted installation */
  VzProgress *progress;
  VzBundleCustomize customize; /* of a machine from a disk image; NULL: it is the usual one */
  gpointer customize_data;
};

/* For what is installed from a disk, and is described somewhere else. @user_data is not owned. */
void vz_bundle_installer_customize (VzBundleInstaller *self, VzBundleCustomize customize,
                                    gpointer user_data);
/* Its progress is all there is of @progress, which is new. */
void vz_bundle_installer_report_to (VzBundleInstaller *self, VzProgress *progress);

/* Takes over what an interrupted installation left, if that is of use. FALSE without an error:
 * there is nothing. */
gboolean vz_bundle_installer_take_over (VzBundleInstaller *self, GError **error);
/* All that takes long, from a claimed bundle to one in its place. */
gboolean vz_bundle_installer_make_bundle (VzBundleInstaller *self, GCancellable *cancellable,
                                          GError **error);
/* Says in the configuration whom the guest lets in. */
gboolean vz_bundle_installer_record_user (VzBundleInstaller *self, GError **error);

G_END_DECLS
