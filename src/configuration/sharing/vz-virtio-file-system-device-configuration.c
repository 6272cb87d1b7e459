/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/sharing/vz-virtio-file-system-device-configuration.h"

#include "configuration/sharing/vz-directory-name.h"
#include "configuration/sharing/vz-multiple-directory-share.h"
#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"
#include "foundation/vz-fail.h"

#include <string.h>

/**
 * VzVirtioFileSystemDeviceConfiguration:
 *
 * One or more folders of the host, which the guest mounts by a tag. Apple:
 * `VZVirtioFileSystemDeviceConfiguration`.
 *
 * The guest mounts it as type `virtiofs`, or as `9p` where the host has no virtiofsd that vz can
 * start. Its tag has at most 31 bytes; Apple allows 35.
 *
 * QEMU: `vhost-user-fs-pci` with a virtiofsd, or `virtio-9p-pci` with `-fsdev local`.
 *
 * Since: 0.1
 */
struct _VzVirtioFileSystemDeviceConfiguration {
  VzDirectorySharingDeviceConfiguration parent_instance;

  char *tag;
  VzDirectoryShare *share;
};

static const VzField fields[] = {
  VZ_STRING ("tag", VzVirtioFileSystemDeviceConfiguration, tag,
             "the name by which the guest mounts it, at most 31 bytes", .flags = VZ_FIELD_REQUIRED),
  VZ_OBJECT ("share", VzVirtioFileSystemDeviceConfiguration, share, "what the guest sees",
             vz_directory_share_get_type, .flags = VZ_FIELD_REQUIRED),
};

#define MAX_TAG 31 /* bytes: QEMU's MAX_TAG_LEN of 32 counts the NUL */
#define TAG_RULE "must be 1 to %d bytes without slash, space or control characters, and not . or .."

/* Each of several folders has its own tag: the device's, followed by a slash and a two-digit
 * number. */
#define MAX_TAG_OF_SEVERAL (MAX_TAG - 3)

/* The tag is also the name of the folder below /mnt. */
static gboolean
is_good_tag (const char *tag)
{
  return strlen (tag) <= MAX_TAG && vz_is_directory_name (tag) && strchr (tag, ' ') == NULL;
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzVirtioFileSystemDeviceConfiguration *self = VZ_VIRTIO_FILE_SYSTEM_DEVICE_CONFIGURATION (config);

  if (self->tag != NULL && *self->tag != '\0' && strpbrk (self->tag, "\r\n") == NULL &&
      !is_good_tag (self->tag))
    vz_problems_add (problems, config, "tag", self->tag, TAG_RULE, MAX_TAG);
  else if (self->tag != NULL && VZ_IS_MULTIPLE_DIRECTORY_SHARE (self->share) &&
           strlen (self->tag) > MAX_TAG_OF_SEVERAL)
    vz_problems_add (problems, config, "tag", self->tag,
                     "must be at most %d bytes with a multiple directory share",
                     MAX_TAG_OF_SEVERAL);
}

static void
check_save_restore (VzConfig *config, VzProblems *problems)
{
  VzVirtioFileSystemDeviceConfiguration *self = VZ_VIRTIO_FILE_SYSTEM_DEVICE_CONFIGURATION (config);

  vz_problems_add (problems, config, "tag", self->tag,
                   "must be absent: files that the guest has open on the host cannot be saved");
}

VZ_DEFINE_CONFIG (VzVirtioFileSystemDeviceConfiguration, vz_virtio_file_system_device_configuration,
                  VZ_TYPE_DIRECTORY_SHARING_DEVICE_CONFIGURATION, .check = check,
                  .check_save_restore = check_save_restore)

/**
 * vz_virtio_file_system_device_configuration_new:
 * @tag: the tag, see vz_virtio_file_system_device_configuration_validate_tag()
 *
 * Makes a device without a share.
 *
 * Returns: (transfer full): the device
 */
VzVirtioFileSystemDeviceConfiguration *
vz_virtio_file_system_device_configuration_new (const char *tag)
{
  return g_object_new (VZ_TYPE_VIRTIO_FILE_SYSTEM_DEVICE_CONFIGURATION, "tag", tag, NULL);
}

/**
 * vz_virtio_file_system_device_configuration_validate_tag:
 * @tag: the tag
 * @error: return location for an error, or %NULL
 *
 * Checks a tag without setting it. Apple: `validateTag`.
 *
 * Returns: whether a device may have the tag; otherwise @error is %VZ_ERROR_INVALID_ARGUMENT
 */
gboolean
vz_virtio_file_system_device_configuration_validate_tag (const char *tag, GError **error)
{
  g_autofree char *shown = NULL;

  g_return_val_if_fail (tag != NULL, FALSE);
  if (is_good_tag (tag))
    return TRUE;
  shown = g_strescape (tag, NULL);
  return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "tag: '%s' found, " TAG_RULE, shown, MAX_TAG);
}

/* The part of @name that may be in a tag: each run of other characters becomes one '-'. */
static void
append_allowed (GString *tag, const char *name)
{
  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      gboolean is_allowed = c != '/' && !g_unichar_isspace (c) && !g_unichar_iscntrl (c);
      gsize before = tag->len;

      if (is_allowed)
        g_string_append_unichar (tag, c);
      else if (tag->len > 0 && tag->str[tag->len - 1] != '-')
        g_string_append_c (tag, '-');
      if (tag->len > MAX_TAG)
        {
          g_string_truncate (tag, before);
          break;
        }
    }
  while (tag->len > 0 && tag->str[tag->len - 1] == '-')
    g_string_truncate (tag, tag->len - 1);
}

/**
 * vz_virtio_file_system_device_configuration_derive_tag:
 * @path: (type filename): a folder
 *
 * Derives a tag from a folder's name: the name itself if it is a valid tag.
 *
 * Returns: (transfer full): a valid tag, whatever the folder is called
 */
char *
vz_virtio_file_system_device_configuration_derive_tag (const char *path)
{
  g_autofree char *base = NULL;
  g_autofree char *valid = NULL;
  g_autoptr (GString) tag = g_string_new (NULL);

  g_return_val_if_fail (path != NULL, NULL);
  base = g_path_get_basename (path);
  if (is_good_tag (base) && g_utf8_validate (base, -1, NULL))
    return g_steal_pointer (&base);
  valid = g_utf8_make_valid (base, -1);
  append_allowed (tag, valid);
  return g_strdup (is_good_tag (tag->str) ? tag->str : "folder");
}

VZ_ACCESS_STRING (VzVirtioFileSystemDeviceConfiguration, vz_virtio_file_system_device_configuration,
                  tag)
VZ_ACCESS_OBJECT (VzDirectoryShare, VzVirtioFileSystemDeviceConfiguration,
                  vz_virtio_file_system_device_configuration, share)
