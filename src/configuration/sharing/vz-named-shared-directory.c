/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-named-shared-directory.h"

#include "configuration/sharing/vz-directory-name.h"
#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"

/**
 * VzNamedSharedDirectory:
 *
 * An entry of a #VzMultipleDirectoryShare: a folder of the host and its name in the guest. Apple
 * has a dictionary there.
 */
struct _VzNamedSharedDirectory {
  VzConfig parent_instance;

  char *name;
  VzSharedDirectory *directory;
};

G_DEFINE_FINAL_TYPE (VzNamedSharedDirectory, vz_named_shared_directory, VZ_TYPE_CONFIG)

enum { PROP_NAME = 1, PROP_DIRECTORY, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_STRING ("name", VzNamedSharedDirectory, name, "name of the folder in the guest",
             .flags = VZ_FIELD_REQUIRED),
  VZ_OBJECT ("directory", VzNamedSharedDirectory, directory, "the shared folder",
             vz_shared_directory_get_type, .flags = VZ_FIELD_REQUIRED),
};
_Static_assert(G_N_ELEMENTS (fields) == N_PROPS - 1, "a row for each property");

static void
check (VzConfig *config, VzProblems *problems)
{
  VzNamedSharedDirectory *self = VZ_NAMED_SHARED_DIRECTORY (config);

  if (self->name != NULL && *self->name != '\0' && !vz_is_directory_name (self->name))
    vz_problems_add (problems, config, "name", self->name, VZ_DIRECTORY_NAME_RULE);
}

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_named_shared_directory_class_init (VzNamedSharedDirectoryClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_named_shared_directory_init (VzNamedSharedDirectory *self)
{
}

/**
 * vz_named_shared_directory_new:
 * @name: its name in the guest, see vz_multiple_directory_share_validate_name()
 * @directory: the shared folder
 *
 * Makes an entry of a share of several folders.
 *
 * Returns: (transfer full): the entry
 */
VzNamedSharedDirectory *
vz_named_shared_directory_new (const char *name, VzSharedDirectory *directory)
{
  return g_object_new (VZ_TYPE_NAMED_SHARED_DIRECTORY, "name", name, "directory", directory, NULL);
}

/**
 * vz_named_shared_directory_get_name:
 * @self: an entry of a share
 *
 * Returns: (nullable): the folder's name in the guest; required
 */
/**
 * vz_named_shared_directory_set_name:
 * @self: an entry of a share
 * @name: (nullable): the folder's name in the guest; required
 *
 * Sets what vz_named_shared_directory_get_name() returns.
 */
VZ_ACCESS_STRING (VzNamedSharedDirectory, vz_named_shared_directory, VZ_IS_NAMED_SHARED_DIRECTORY,
                  name, PROP_NAME)

/**
 * vz_named_shared_directory_get_directory:
 * @self: an entry of a share
 *
 * Returns: (transfer none) (nullable): the shared folder; required
 */
/**
 * vz_named_shared_directory_set_directory:
 * @self: an entry of a share
 * @directory: (nullable): the shared folder; required
 *
 * Sets what vz_named_shared_directory_get_directory() returns.
 */
VZ_ACCESS_OBJECT (VzSharedDirectory, VzNamedSharedDirectory, vz_named_shared_directory,
                  VZ_IS_NAMED_SHARED_DIRECTORY, directory, PROP_DIRECTORY)
