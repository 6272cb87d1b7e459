/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-multiple-directory-share.h"

#include "configuration/sharing/vz-directory-name.h"
#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"
#include "foundation/vz-fail.h"

#include <limits.h>
#include <string.h>

/**
 * VzMultipleDirectoryShare:
 *
 * Several folders of the host, each under its own name below one folder of the guest. Apple:
 * `VZMultipleDirectoryShare`, whose dictionary is here a list of #VzNamedSharedDirectory.
 *
 * QEMU serves one folder per device. So each folder is a separate device, and the guest's systemd
 * mounts them side by side: the guest sees the same as with Apple's, except for the folder above
 * them, which belongs to the guest and is not shared.
 *
 * QEMU: a device for each folder, as for a #VzSingleDirectoryShare.
 *
 * Since: 0.1
 */
struct _VzMultipleDirectoryShare {
  VzDirectoryShare parent_instance;

  GPtrArray *directories; /* of VzNamedSharedDirectory */
};

static const VzField fields[] = {
  VZ_ARRAY ("directories", VzMultipleDirectoryShare, directories,
            "the shared folders and their names in the guest", vz_named_shared_directory_get_type),
};

static void
check (VzConfig *config, VzProblems *problems)
{
  VzMultipleDirectoryShare *self = VZ_MULTIPLE_DIRECTORY_SHARE (config);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  if (self->directories->len == 0)
    vz_problems_add (problems, config, "directories", "0",
                     "must be at least one: QEMU has no device for an empty share");
  for (guint i = 0; i < self->directories->len; i++)
    {
      VzNamedSharedDirectory *entry = self->directories->pdata[i];
      const char *name = vz_named_shared_directory_get_name (entry);
      g_autofree char *location = g_strdup_printf ("directories[%u]", i);

      if (name != NULL && !g_hash_table_add (names, (gpointer) name))
        vz_problems_add_at (problems, location, VZ_CONFIG (entry), "name", name,
                            "must differ from those of the other folders");
    }
}

VZ_DEFINE_CONFIG (VzMultipleDirectoryShare, vz_multiple_directory_share, VZ_TYPE_DIRECTORY_SHARE,
                  .check = check)

/**
 * vz_multiple_directory_share_new:
 *
 * Makes a share without folders, which must be set.
 *
 * Returns: (transfer full): the share
 */
VzMultipleDirectoryShare *
vz_multiple_directory_share_new (void)
{
  return g_object_new (VZ_TYPE_MULTIPLE_DIRECTORY_SHARE, NULL);
}

/**
 * vz_multiple_directory_share_validate_name:
 * @name: the name
 * @error: return location for an error, or %NULL
 *
 * Checks whether a folder may have this name in the guest: 1 to 255 bytes of UTF-8 without slash or
 * control characters, and not "." or "..". Apple: `validateName`.
 *
 * Returns: whether it may; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT
 */
gboolean
vz_multiple_directory_share_validate_name (const char *name, GError **error)
{
  g_autofree char *shown = NULL;

  g_return_val_if_fail (name != NULL, FALSE);
  if (vz_is_directory_name (name))
    return TRUE;
  shown = g_strescape (name, NULL);
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "name: '%s' found, " VZ_DIRECTORY_NAME_RULE,
                  shown);
}

/* Where to cut @text so that it has at most @max bytes and no partial character. */
static gsize
cut_length (const char *text, gsize max)
{
  gsize length = strlen (text);

  if (length <= max)
    return length;
  for (length = max; length > 0 && ((guchar) text[length] & 0xc0) == 0x80; length--)
    ;
  return length;
}

/**
 * vz_multiple_directory_share_canonicalize_name:
 * @name: the name
 *
 * Makes a name that vz_multiple_directory_share_validate_name() accepts: each invalid character
 * becomes an underscore, and a name that is too long is truncated. Apple:
 * `canonicalizedNameFromName`.
 *
 * Returns: (transfer full) (nullable): the name; %NULL when no valid name can be made from it
 */
char *
vz_multiple_directory_share_canonicalize_name (const char *name)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (name != NULL, NULL);
  text = g_utf8_make_valid (name, -1);
  for (char *at = text; *at != '\0'; at++)
    if (*at == '/' || g_ascii_iscntrl (*at))
      *at = '_';
  text[cut_length (text, NAME_MAX)] = '\0';
  return vz_is_directory_name (text) ? g_steal_pointer (&text) : NULL;
}

VZ_ACCESS_ARRAY (VzMultipleDirectoryShare, vz_multiple_directory_share, directories)
