/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-linux-rosetta-abstract-socket-caching-options.h"

#include "foundation/config/vz-field.h"
#include "foundation/vz-fail.h"

#include <string.h>
#include <sys/un.h>

/**
 * VzLinuxRosettaAbstractSocketCachingOptions:
 *
 * The daemon that caches translations listens on a socket with a name but no file. Validation
 * rejects a share with it. Apple: `VZLinuxRosettaAbstractSocketCachingOptions`.
 *
 * QEMU: nothing.
 *
 * Since: 0.1
 */
struct _VzLinuxRosettaAbstractSocketCachingOptions {
  VzLinuxRosettaCachingOptions parent_instance;

  char *name;
};

#define MAX_NAME \
  (sizeof ((struct sockaddr_un *) NULL)->sun_path - 1) /* the first byte is a NUL \
                                                        */
#define NAME_RULE "must be 1 to %" G_GSIZE_FORMAT " bytes"

static const VzField fields[] = {
  VZ_STRING ("name", VzLinuxRosettaAbstractSocketCachingOptions, name,
             "the socket's name in the guest, 1 to 107 bytes", .flags = VZ_FIELD_REQUIRED),
};

static gboolean
is_good_name (const char *name)
{
  return *name != '\0' && strlen (name) <= MAX_NAME;
}

static void
check (VzConfig *config, VzProblems *problems)
{
  const char *name = VZ_LINUX_ROSETTA_ABSTRACT_SOCKET_CACHING_OPTIONS (config)->name;

  if (name != NULL && *name != '\0' && !is_good_name (name))
    vz_problems_add (problems, config, "name", name, NAME_RULE, MAX_NAME);
}

VZ_DEFINE_CONFIG (VzLinuxRosettaAbstractSocketCachingOptions,
                  vz_linux_rosetta_abstract_socket_caching_options,
                  VZ_TYPE_LINUX_ROSETTA_CACHING_OPTIONS, .check = check)

/**
 * vz_linux_rosetta_abstract_socket_caching_options_new:
 * @name: the socket's name in the guest
 * @error: return location for an error, or %NULL
 *
 * Makes options. Apple: `initWithName:error:`.
 *
 * Returns: (transfer full): the options, or %NULL with %VZ_ERROR_INVALID_ARGUMENT when @name is
 *   empty or too long
 */
VzLinuxRosettaAbstractSocketCachingOptions *
vz_linux_rosetta_abstract_socket_caching_options_new (const char *name, GError **error)
{
  g_return_val_if_fail (name != NULL, NULL);
  if (!is_good_name (name))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "name: '%s' found, " NAME_RULE, name,
                         MAX_NAME);
  return g_object_new (VZ_TYPE_LINUX_ROSETTA_ABSTRACT_SOCKET_CACHING_OPTIONS, "name", name, NULL);
}

/**
 * vz_linux_rosetta_abstract_socket_caching_options_get_maximum_name_length:
 *
 * Apple: `maximumNameLength`.
 *
 * Returns: the maximum length of a name in bytes
 */
guint
vz_linux_rosetta_abstract_socket_caching_options_get_maximum_name_length (void)
{
  return MAX_NAME;
}

VZ_ACCESS_STRING (VzLinuxRosettaAbstractSocketCachingOptions,
                  vz_linux_rosetta_abstract_socket_caching_options, name)
