/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/platform/vz-mac-auxiliary-storage.h"
#include "configuration/platform/vz-mac-auxiliary-storage-private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "foundation/config/vz-field.h"
#include "foundation/config/vz-file-rules.h"
#include "foundation/file/vz-file.h"
#include "foundation/vz-fail.h"

#define HEADER 0x4000 /* bytes that macOS puts in front */
#define TRIMMED (32 << 20) /* what the boot loader sees */
#define SIZE (HEADER + TRIMMED)
#define NVRAM 0xa00000 /* where the boot loader keeps its variables, */
#define NVRAM_NAME 64 /* whose first bytes contain their name */
#define MAX_SIZE (64 << 20)

/**
 * VzMacAuxiliaryStorage:
 *
 * The storage that a Mac guest's boot loader uses besides the disk. Apple: `VZMacAuxiliaryStorage`.
 * A file made by a Mac can be opened here; none can be created, since its format is not known.
 *
 * QEMU: a flash drive and a virtio disk on one file, after Apple's header.
 *
 * Since: 0.1
 */
struct _VzMacAuxiliaryStorage {
  VzConfig parent_instance;

  char *path;
};

static const VzField fields[] = {
  VZ_STRING ("path", VzMacAuxiliaryStorage, path,
             "the file, made by a Mac, of 33570816 bytes, or 33554432 without Apple's header",
             .flags = VZ_FIELD_REQUIRED | VZ_FIELD_PATH),
};

char *
vz_mac_auxiliary_storage_judge_size (guint64 size)
{
  return size == SIZE || size == TRIMMED
           ? NULL
           : g_strdup_printf ("must be %d bytes, or %d without Apple's header", SIZE, TRIMMED);
}

static void
check (VzConfig *config, VzProblems *problems)
{
  VzMacAuxiliaryStorage *self = VZ_MAC_AUXILIARY_STORAGE (config);
  g_autofree char *size = NULL;
  g_autofree char *wrong = NULL;
  struct stat st;

  if (!vz_check_file (problems, config, "path", self->path, TRUE) || stat (self->path, &st) != 0)
    return;
  size = g_strdup_printf ("%s, %" G_GUINT64_FORMAT " bytes", self->path, (guint64) st.st_size);
  wrong = vz_mac_auxiliary_storage_judge_size ((guint64) st.st_size);
  if (wrong != NULL)
    vz_problems_add (problems, config, "path", size, "%s", wrong);
}

VZ_DEFINE_CONFIG (VzMacAuxiliaryStorage, vz_mac_auxiliary_storage, VZ_TYPE_CONFIG, .check = check)

/**
 * vz_mac_auxiliary_storage_new:
 * @path: (type filename): an existing file, made by a Mac
 *
 * Validation checks whether the file is usable; this function does not.
 *
 * Returns: (transfer full): the auxiliary storage
 */
VzMacAuxiliaryStorage *
vz_mac_auxiliary_storage_new (const char *path)
{
  return g_object_new (VZ_TYPE_MAC_AUXILIARY_STORAGE, "path", path, NULL);
}

/**
 * vz_mac_auxiliary_storage_new_creating:
 * @path: (type filename): where to create the file
 * @hardware_model: the board that it is for
 * @options: whether an existing file may be replaced
 * @error: return location for an error, or %NULL
 *
 * Always fails: only Apple's framework can create auxiliary storage. This function exists so that
 * programs written for that framework are told why.
 *
 * Returns: (transfer full) (nullable): %NULL with %VZ_ERROR_EXISTS when the file exists and
 * @options do not allow replacing it, otherwise with %VZ_ERROR_NOT_SUPPORTED
 */
VzMacAuxiliaryStorage *
vz_mac_auxiliary_storage_new_creating (const char *path, VzHardwareModel *hardware_model,
                                       VzMacAuxiliaryStorageInitializationOptions options,
                                       GError **error)
{
  VZ_ERROR_PREFIX ("auxiliary storage");

  g_return_val_if_fail (path != NULL && VZ_IS_HARDWARE_MODEL (hardware_model), NULL);
  if (!(options & VZ_MAC_AUXILIARY_STORAGE_INITIALIZATION_ALLOW_OVERWRITE) &&
      vz_file_is_there (path))
    return vz_fail_null (error, VZ_ERROR_EXISTS, "cannot create '%s': it already exists", path);
  return vz_fail_null (
    error, VZ_ERROR_NOT_SUPPORTED,
    "cannot create '%s': only a Mac can make it; copy the one of a VM bundle made there", path);
}

VZ_ACCESS_STRING (VzMacAuxiliaryStorage, vz_mac_auxiliary_storage, path)

/**
 * vz_mac_auxiliary_storage_get_size:
 * @self: auxiliary storage
 * @ret_size: (out): its size in bytes
 * @error: return location for an error, or %NULL
 *
 * Returns: whether the file exists; otherwise @error is %VZ_ERROR_NOT_FOUND or %VZ_ERROR_IO
 */
gboolean
vz_mac_auxiliary_storage_get_size (VzMacAuxiliaryStorage *self, guint64 *ret_size, GError **error)
{
  struct stat st;

  g_return_val_if_fail (VZ_IS_MAC_AUXILIARY_STORAGE (self) && ret_size != NULL, FALSE);
  if (self->path == NULL || stat (self->path, &st) != 0)
    return vz_fail_errno (error, "cannot read auxiliary storage '%s'",
                          self->path != NULL ? self->path : "");
  *ret_size = (guint64) st.st_size;
  return TRUE;
}

/* A DER INTEGER, which is signed: a number of 2^63 or more begins with a zero byte. */
static gboolean
read_der_integer (const guint8 *bytes, gsize size, guint64 *ret_value)
{
  guint64 value = 0;
  gsize length;

  if (size < 2 || bytes[0] != 0x02)
    return FALSE;
  length = bytes[1];
  if (length < 1 || length > 9 || length > size - 2 || (length == 9 && bytes[2] != 0) ||
      (bytes[2] & 0x80) != 0)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    value = value << 8 | bytes[2 + i];
  *ret_value = value;
  return TRUE;
}

/**
 * vz_mac_auxiliary_storage_find_ecid:
 * @self: auxiliary storage
 * @ret_ecid: (out): the number of the machine that it belongs to
 * @error: return location for an error, or %NULL
 *
 * Looks for the number that an installation wrote into the storage (in the ticket of its boot
 * loader). A lost `MachineIdentifier` can be recreated from it.
 *
 * Returns: whether it was found; otherwise @error is %VZ_ERROR_NOT_FOUND when there is no file or
 *   nothing has been installed yet, %VZ_ERROR_INVALID_ARGUMENT when the file is too large, or
 *   %VZ_ERROR_IO
 */
gboolean
vz_mac_auxiliary_storage_find_ecid (VzMacAuxiliaryStorage *self, guint64 *ret_ecid, GError **error)
{
  static const guint8 name[] = { 0x16, 0x04, 'E', 'C', 'I', 'D' }; /* DER: IA5String of 4 */
  g_autoptr (GBytes) data = NULL;
  const guint8 *bytes, *at, *end;
  gsize size;
  VZ_ERROR_PREFIX ("auxiliary storage");

  g_return_val_if_fail (VZ_IS_MAC_AUXILIARY_STORAGE (self) && ret_ecid != NULL, FALSE);
  data = vz_file_read (self->path != NULL ? self->path : "", MAX_SIZE, error);
  if (data == NULL)
    return FALSE;
  bytes = g_bytes_get_data (data, &size);
  if (size > 0)
    for (at = bytes, end = bytes + size;
         (at = memmem (at, (gsize) (end - at), name, sizeof name)) != NULL; at++)
      if (read_der_integer (at + sizeof name, (gsize) (end - at) - sizeof name, ret_ecid))
        return TRUE;
  return vz_fail (error, VZ_ERROR_NOT_FOUND, "'%s' has no ECID: nothing was installed with it",
                  self->path);
}

static gboolean
has_variables_at (int fd, goffset offset)
{
  static const char name[] = "nvram";
  char bytes[NVRAM_NAME];
  ssize_t n = pread (fd, bytes, sizeof bytes, offset);

  return n > 0 && memmem (bytes, (gsize) n, name, strlen (name)) != NULL;
}

/**
 * vz_mac_auxiliary_storage_find_offset:
 * @self: auxiliary storage
 * @ret_offset: (out): the number of bytes before the part that the guest's boot loader sees: 16384
 *   when the file is as macOS keeps it, 0 when Apple's header has been removed
 * @error: return location for an error, or %NULL
 *
 * Looks for the variables of the boot loader (its NVRAM), whose position gives the offset. The file
 * is only read.
 *
 * Returns: whether they are at one of the two positions; otherwise @error is %VZ_ERROR_NOT_FOUND
 *   when there is no file, %VZ_ERROR_INVALID_ARGUMENT when they are at neither, or %VZ_ERROR_IO
 */
gboolean
vz_mac_auxiliary_storage_find_offset (VzMacAuxiliaryStorage *self, guint64 *ret_offset,
                                      GError **error)
{
  int fd VZ_AUTO_CLOSE = -1;

  g_return_val_if_fail (VZ_IS_MAC_AUXILIARY_STORAGE (self) && ret_offset != NULL, FALSE);
  if (self->path == NULL || (fd = open (self->path, O_RDONLY | O_CLOEXEC)) < 0)
    return vz_fail_errno (error, "cannot read auxiliary storage '%s'",
                          self->path != NULL ? self->path : "");
  if (has_variables_at (fd, NVRAM))
    *ret_offset = 0;
  else if (has_variables_at (fd, NVRAM + HEADER))
    *ret_offset = HEADER;
  else
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "auxiliary storage '%s' has no NVRAM, with or without Apple's header: nothing "
                    "was installed with it, or it is damaged",
                    self->path);
  return TRUE;
}
