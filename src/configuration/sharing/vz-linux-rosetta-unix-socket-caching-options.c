/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-linux-rosetta-unix-socket-caching-options.h"

#include "foundation/config/vz-field.h"
#include "foundation/vz-fail.h"

#include <string.h>
#include <sys/un.h>

/**
 * VzLinuxRosettaUnixSocketCachingOptions:
 *
 * The daemon that caches translations listens on a socket in the guest's file system. Validation
 * rejects a share with it. Apple: `VZLinuxRosettaUnixSocketCachingOptions`.
 *
 * QEMU: nothing.
 *
 * Since: 0.1
 */
struct _VzLinuxRosettaUnixSocketCachingOptions {
  VzLinuxRosettaCachingOptions parent_instance;

  char *path;
};

#define MAX_PATH (sizeof ((struct sockaddr_un *) NULL)->sun_path - 1) /* the last byte is a NUL */
#define PATH_RULE "must be an absolute path of at most %" G_GSIZE_FORMAT " bytes"

static const VzField fields[] = {
  VZ_STRING ("path", VzLinuxRosettaUnixSocketCachingOptions, path,
             "the socket in the guest, at most 107 bytes", .text = "/run/rosettad/rosetta.sock"),
};

static gboolean
is_good_path (const char *path)
{
  return g_path_is_absolute (path) && strlen (path) <= MAX_PATH;
}

static void
check (VzConfig *config, VzProblems *problems)
{
  const char *path = VZ_LINUX_ROSETTA_UNIX_SOCKET_CACHING_OPTIONS (config)->path;

  if (!is_good_path (path))
    vz_problems_add (problems, config, "path", path, PATH_RULE, MAX_PATH);
}

VZ_DEFINE_CONFIG (VzLinuxRosettaUnixSocketCachingOptions,
                  vz_linux_rosetta_unix_socket_caching_options,
                  VZ_TYPE_LINUX_ROSETTA_CACHING_OPTIONS, .check = check)

/**
 * vz_linux_rosetta_unix_socket_caching_options_new:
 * @path: (nullable) (type filename): the socket in the guest; %NULL: `/run/rosettad/rosetta.sock`
 * @error: return location for an error, or %NULL
 *
 * Makes options. Apple: `initWithPath:error:`.
 *
 * Returns: (transfer full): the options, or %NULL with %VZ_ERROR_INVALID_ARGUMENT when @path is not
 *   absolute, or is too long for a socket
 */
VzLinuxRosettaUnixSocketCachingOptions *
vz_linux_rosetta_unix_socket_caching_options_new (const char *path, GError **error)
{
  if (path != NULL && !is_good_path (path))
    return vz_fail_null (error, VZ_ERROR_INVALID_ARGUMENT, "path: '%s' found, " PATH_RULE, path,
                         MAX_PATH);
  return g_object_new (VZ_TYPE_LINUX_ROSETTA_UNIX_SOCKET_CACHING_OPTIONS, "path", path, NULL);
}

/**
 * vz_linux_rosetta_unix_socket_caching_options_get_maximum_path_length:
 *
 * Apple: `maximumPathLength`.
 *
 * Returns: the maximum length of a path in bytes
 */
guint
vz_linux_rosetta_unix_socket_caching_options_get_maximum_path_length (void)
{
  return MAX_PATH;
}

VZ_ACCESS_STRING (VzLinuxRosettaUnixSocketCachingOptions,
                  vz_linux_rosetta_unix_socket_caching_options, path)
