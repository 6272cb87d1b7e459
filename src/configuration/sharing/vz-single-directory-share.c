/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-single-directory-share.h"

#include "foundation/config/vz-field.h"

/**
 * VzSingleDirectoryShare:
 *
 * One folder of the host. Apple: `VZSingleDirectoryShare`.
 */
struct _VzSingleDirectoryShare {
  VzDirectoryShare parent_instance;

  VzSharedDirectory *directory;
};

G_DEFINE_FINAL_TYPE (VzSingleDirectoryShare, vz_single_directory_share, VZ_TYPE_DIRECTORY_SHARE)

enum { PROP_DIRECTORY = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_OBJECT ("directory", VzSingleDirectoryShare, directory, "the shared folder",
             vz_shared_directory_get_type, .flags = VZ_FIELD_REQUIRED),
};
_Static_assert(G_N_ELEMENTS (fields) == N_PROPS - 1, "a row for each property");

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
};

static void
vz_single_directory_share_class_init (VzSingleDirectoryShareClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_single_directory_share_init (VzSingleDirectoryShare *self)
{
}

/**
 * vz_single_directory_share_new:
 * @directory: the shared folder
 *
 * Makes a share of one folder.
 *
 * Returns: (transfer full): the share
 */
VzSingleDirectoryShare *
vz_single_directory_share_new (VzSharedDirectory *directory)
{
  return g_object_new (VZ_TYPE_SINGLE_DIRECTORY_SHARE, "directory", directory, NULL);
}

/**
 * vz_single_directory_share_get_directory:
 * @self: a share of one folder
 *
 * Returns: (transfer none) (nullable): the shared folder; required
 */
/**
 * vz_single_directory_share_set_directory:
 * @self: a share of one folder
 * @directory: (nullable): the shared folder; required
 *
 * Sets what vz_single_directory_share_get_directory() returns.
 */
VZ_ACCESS_OBJECT (VzSharedDirectory, VzSingleDirectoryShare, vz_single_directory_share,
                  VZ_IS_SINGLE_DIRECTORY_SHARE, directory, PROP_DIRECTORY)
