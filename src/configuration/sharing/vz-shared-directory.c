/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-shared-directory.h"

#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"

/**
 * VzSharedDirectory:
 *
 * A folder of the host that a guest may use. Apple: `VZSharedDirectory`, whose `URL` is here a
 * path.
 *
 * QEMU: the folder of a virtiofsd, or `path` of `-fsdev local`.
 *
 * Since: 0.1
 */
struct _VzSharedDirectory {
  VzConfig parent_instance;

  char *path;
  gboolean read_only;
};

static const VzField fields[] = {
  VZ_STRING ("path", VzSharedDirectory, path, "the folder",
             .flags = VZ_FIELD_REQUIRED | VZ_FIELD_PATH),
  VZ_BOOL ("read-only", VzSharedDirectory, read_only, "whether the guest may only read"),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzSharedDirectory *self = VZ_SHARED_DIRECTORY (config);

  vz_check_directory (problems, config, "path", self->path, !self->read_only);
}

VZ_DEFINE_CONFIG (VzSharedDirectory, vz_shared_directory, VZ_TYPE_CONFIG, .check = check)

/**
 * vz_shared_directory_new:
 * @path: (type filename): the folder
 * @read_only: whether the guest may only read
 *
 * Makes a shared folder. Validation checks whether it is usable; this function does not.
 *
 * Returns: (transfer full): the shared folder
 */
VzSharedDirectory *
vz_shared_directory_new (const char *path, gboolean read_only)
{
  return g_object_new (VZ_TYPE_SHARED_DIRECTORY, "path", path, "read-only", read_only, NULL);
}

VZ_ACCESS_STRING (VzSharedDirectory, vz_shared_directory, path)
VZ_ACCESS_NUMBER (gboolean, VzSharedDirectory, vz_shared_directory, read_only)
