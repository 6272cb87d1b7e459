/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-shared-directory.h"

#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"

/**
 * VzSharedDirectory:
 *
 * A folder of the host that a guest may use. Apple: `VZSharedDirectory`, whose `URL` is a path
 * here.
 */
struct _VzSharedDirectory {
  VzConfig parent_instance;

  char *path;
  gboolean read_only;
};

G_DEFINE_FINAL_TYPE (VzSharedDirectory, vz_shared_directory, VZ_TYPE_CONFIG)

enum { PROP_PATH = 1, PROP_READ_ONLY, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_STRING ("path", VzSharedDirectory, path, "the folder",
             .flags = VZ_FIELD_REQUIRED | VZ_FIELD_PATH),
  VZ_BOOL ("read-only", VzSharedDirectory, read_only, "the guest may only read"),
};
_Static_assert(G_N_ELEMENTS (fields) == N_PROPS - 1, "a row for each property");

static void
check (VzConfig *config, VzProblems *problems)
{
  VzSharedDirectory *self = VZ_SHARED_DIRECTORY (config);

  vz_check_directory (problems, config, "path", self->path, !self->read_only);
}

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_shared_directory_class_init (VzSharedDirectoryClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_shared_directory_init (VzSharedDirectory *self)
{
}

/**
 * vz_shared_directory_new:
 * @path: (type filename): the folder
 * @read_only: whether the guest may only read
 *
 * Makes a shared folder. Whether it is usable is told by validation, not here.
 *
 * Returns: (transfer full): the shared folder
 */
VzSharedDirectory *
vz_shared_directory_new (const char *path, gboolean read_only)
{
  return g_object_new (VZ_TYPE_SHARED_DIRECTORY, "path", path, "read-only", read_only, NULL);
}

/**
 * vz_shared_directory_get_path:
 * @self: a shared folder
 *
 * Returns: (nullable) (type filename): the folder
 */
/**
 * vz_shared_directory_set_path:
 * @self: a shared folder
 * @path: (nullable) (type filename): the folder
 *
 * Sets what vz_shared_directory_get_path() returns.
 */
VZ_ACCESS_STRING (VzSharedDirectory, vz_shared_directory, VZ_IS_SHARED_DIRECTORY, path, PROP_PATH)

/**
 * vz_shared_directory_get_read_only:
 * @self: a shared folder
 *
 * Returns: whether the guest may only read
 */
/**
 * vz_shared_directory_set_read_only:
 * @self: a shared folder
 * @read_only: whether the guest may only read
 *
 * Sets what vz_shared_directory_get_read_only() returns.
 */
VZ_ACCESS_NUMBER (gboolean, VzSharedDirectory, vz_shared_directory, VZ_IS_SHARED_DIRECTORY,
                  read_only, PROP_READ_ONLY)
