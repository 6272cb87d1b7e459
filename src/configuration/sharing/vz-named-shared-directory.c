/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-named-shared-directory.h"

#include "configuration/sharing/vz-directory-name.h"
#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"

/**
 * VzNamedSharedDirectory:
 *
 * An entry of a #VzMultipleDirectoryShare: a folder of the host and its name in the guest. Not in
 * Apple's framework, which uses a dictionary.
 *
 * QEMU: a separate device.
 *
 * Since: 0.1
 */
struct _VzNamedSharedDirectory {
  VzConfig parent_instance;

  char *name;
  VzSharedDirectory *directory;
};

static const VzField fields[] = {
  VZ_STRING ("name", VzNamedSharedDirectory, name, "the folder's name in the guest",
             .flags = VZ_FIELD_REQUIRED),
  VZ_OBJECT ("directory", VzNamedSharedDirectory, directory, "the shared folder",
             vz_shared_directory_get_type, .flags = VZ_FIELD_REQUIRED),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzNamedSharedDirectory *self = VZ_NAMED_SHARED_DIRECTORY (config);

  if (self->name != NULL && *self->name != '\0' && !vz_is_directory_name (self->name))
    vz_problems_add (problems, config, "name", self->name, VZ_DIRECTORY_NAME_RULE);
}

VZ_DEFINE_CONFIG (VzNamedSharedDirectory, vz_named_shared_directory, VZ_TYPE_CONFIG, .check = check)

/**
 * vz_named_shared_directory_new:
 * @name: the folder's name in the guest, see vz_multiple_directory_share_validate_name()
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

VZ_ACCESS_STRING (VzNamedSharedDirectory, vz_named_shared_directory, name)
VZ_ACCESS_OBJECT (VzSharedDirectory, VzNamedSharedDirectory, vz_named_shared_directory, directory)
