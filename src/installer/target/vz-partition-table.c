/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "installer/target/vz-partition-table.h"

#include <errno.h>
#include <libfdisk.h>

#include "foundation/vz-fail.h"

#define SECTOR 512ULL /* as seen by the guest, whatever the host's file system uses */
#define ALIGNMENT (1ULL << 20)
#define MAX_PARTITIONS 128
#define MBR_LINUX 0x83
#define MBR_PRIMARY 4
#define MBR_LARGEST (G_MAXUINT32 / 2048 * ALIGNMENT) /* bytes of a partition */

/* The second copy of the table needs 33 sectors at the end of the disk; a whole unit is kept free,
 * so that a growing partition ends on a boundary, too. */
#define TAIL ALIGNMENT

/* Partitions whose file system a Linux guest grows: the root for its architecture, and generic
 * ones. */
static const char *const linux_types[] = {
  "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709", /* x86-64 */
  "B921B045-1DF0-41C3-AF44-4C6F280D3FAE", /* aarch64 */
  "0FC63DAF-8483-4772-8E79-3D69D8477DE4",
};

static const char esp_type[] = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";

typedef struct fdisk_context FdiskContext;
typedef struct fdisk_partition FdiskPartition;
typedef struct fdisk_parttype FdiskPartType;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FdiskContext, fdisk_unref_context)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FdiskPartition, fdisk_unref_partition)
typedef struct fdisk_table FdiskTable;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FdiskTable, fdisk_unref_table)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FdiskPartType, fdisk_unref_parttype)

static void
partition_free (gpointer data)
{
  VzPartition *partition = data;

  g_free (partition->component);
  g_free (partition->type);
  g_free (partition->name);
  g_free (partition->uuid);
  g_free (partition);
}

VzPartitionTable *
vz_partition_table_new (guint64 disk_size)
{
  VzPartitionTable *self = g_new0 (VzPartitionTable, 1);

  self->disk_size = disk_size;
  self->partitions = g_ptr_array_new_with_free_func (partition_free);
  return self;
}

void
vz_partition_table_free (VzPartitionTable *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->partitions);
  g_free (self);
}

void
vz_partition_table_add (VzPartitionTable *self, const char *component, const char *type,
                        const char *name, const char *uuid, guint64 content, gboolean grow)
{
  VzPartition *partition = g_new0 (VzPartition, 1);

  partition->component = g_strdup (component);
  partition->type = g_strdup (type);
  partition->name = g_strdup (name);
  partition->uuid = g_strdup (uuid);
  partition->content = content;
  partition->grow = grow;
  g_ptr_array_add (self->partitions, partition);
}

const VzPartition *
vz_partition_table_find (VzPartitionTable *self, const char *component)
{
  for (guint i = 0; i < self->partitions->len; i++)
    {
      const VzPartition *partition = g_ptr_array_index (self->partitions, i);

      if (g_str_equal (partition->component, component))
        return partition;
    }
  return NULL;
}

static int
rank (const VzPartition *partition)
{
  if (partition->grow)
    return 2;
  return g_ascii_strcasecmp (partition->type, esp_type) == 0 ? 0 : 1;
}

/* g_ptr_array_sort() preserves the order of equal elements. */
static int
compare_rank (gconstpointer a, gconstpointer b)
{
  return rank (*(VzPartition *const *) a) - rank (*(VzPartition *const *) b);
}

static gboolean
check_components (VzPartitionTable *self, GError **error)
{
  guint growing = 0;

  if (self->partitions->len == 0)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "the restore image has no component for the disk");
  if (self->partitions->len > MAX_PARTITIONS)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "the restore image has %u partitions, at most %d are allowed",
                    self->partitions->len, MAX_PARTITIONS);
  for (guint i = 0; i < self->partitions->len; i++)
    {
      const VzPartition *partition = g_ptr_array_index (self->partitions, i);

      if (partition->type == NULL)
        return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                        "component '%s' does not say the type of its partition",
                        partition->component);
      if (partition->content == 0 || partition->content > G_MAXINT64)
        return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                        "component '%s': size %" G_GUINT64_FORMAT
                        " found, must be from 1 to %" G_GINT64_FORMAT,
                        partition->component, partition->content, G_MAXINT64);
      growing += partition->grow ? 1 : 0;
    }
  if (growing > 1)
    return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                    "the restore image has %u partitions that grow, only one is allowed", growing);
  return TRUE;
}

gboolean
vz_partition_table_plan (VzPartitionTable *self, GError **error)
{
  guint64 cursor = ALIGNMENT;
  g_autofree char *have = NULL;
  g_autofree char *need = NULL;

  if (!check_components (self, error))
    return FALSE;
  g_ptr_array_sort (self->partitions, compare_rank);
  for (guint i = 0; i < self->partitions->len; i++)
    {
      VzPartition *partition = g_ptr_array_index (self->partitions, i);

      partition->offset = cursor;
      partition->size = (partition->content + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      if (!g_uint64_checked_add (&cursor, cursor, partition->size) || cursor > G_MAXINT64)
        return vz_fail (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                        "the restore image's components are larger than any disk");
    }
  if (self->disk_size < cursor + TAIL)
    {
      have =
        g_format_size_full (self->disk_size, G_FORMAT_SIZE_IEC_UNITS | G_FORMAT_SIZE_LONG_FORMAT);
      need =
        g_format_size_full (cursor + TAIL, G_FORMAT_SIZE_IEC_UNITS | G_FORMAT_SIZE_LONG_FORMAT);
      return vz_fail (error, VZ_ERROR_INVALID_VIRTUAL_MACHINE_CONFIGURATION,
                      "the disk has %s, but the restore image needs at least %s", have, need);
    }
  for (guint i = 0; i < self->partitions->len; i++)
    {
      VzPartition *partition = g_ptr_array_index (self->partitions, i);

      if (partition->grow) /* it is the last */
        partition->size = self->disk_size / ALIGNMENT * ALIGNMENT - TAIL - partition->offset;
    }
  return TRUE;
}

/* libfdisk's functions return negative errno values. */
static gboolean
check (int result, const char *what, GError **error)
{
  if (result >= 0)
    return TRUE;
  errno = -result;
  return vz_fail_errno (error, "partitioning the disk: %s", what);
}

static gboolean
add_partition (FdiskContext *context, const VzPartition *partition, guint number, GError **error)
{
  struct fdisk_label *label = fdisk_get_label (context, "gpt");
  g_autoptr (FdiskPartition) entry = fdisk_new_partition ();
  g_autoptr (FdiskPartType) type = NULL;

  /* The table has the common types; any other GUID is allowed as well. */
  type = fdisk_label_get_parttype_from_string (label, partition->type);
  if (type == NULL)
    type = fdisk_new_unknown_parttype (0, partition->type);
  if (!check (fdisk_partition_set_partno (entry, number), "number", error) ||
      !check (fdisk_partition_set_start (entry, partition->offset / SECTOR), "start", error) ||
      !check (fdisk_partition_set_size (entry, partition->size / SECTOR), "size", error) ||
      !check (fdisk_partition_set_type (entry, type), partition->type, error))
    return FALSE;
  if (partition->name != NULL &&
      !check (fdisk_partition_set_name (entry, partition->name), partition->name, error))
    return FALSE;
  if (partition->uuid != NULL &&
      !check (fdisk_partition_set_uuid (entry, partition->uuid), partition->uuid, error))
    return FALSE;
  return check (fdisk_add_partition (context, entry, NULL), partition->component, error);
}

gboolean
vz_partition_table_write (VzPartitionTable *self, int fd, GError **error)
{
  g_autoptr (FdiskContext) context = fdisk_new_context ();
  gboolean ok;

  fdisk_disable_dialogs (context, 1);
  if (!check (fdisk_save_user_sector_size (context, SECTOR, SECTOR), "sector size", error) ||
      !check (fdisk_assign_device_by_fd (context, fd, "disk image", 0), "opening", error))
    return FALSE;
  ok = check (fdisk_create_disklabel (context, "gpt"), "new table", error);
  for (guint i = 0; ok && i < self->partitions->len; i++)
    ok = add_partition (context, g_ptr_array_index (self->partitions, i), i, error);
  if (ok)
    ok = check (fdisk_write_disklabel (context), "writing", error);
  fdisk_deassign_device (context, 1);
  return ok;
}

static struct fdisk_partition *
find_last (FdiskTable *table)
{
  struct fdisk_partition *last = NULL;

  for (gsize i = 0; i < fdisk_table_get_nents (table); i++)
    {
      struct fdisk_partition *partition = fdisk_table_get_partition (table, i);

      if (last == NULL || fdisk_partition_get_start (partition) > fdisk_partition_get_start (last))
        last = partition;
    }
  return last;
}

/* In an MBR only the four primary ones: an extended one's contents would have to grow with it. */
static gboolean
is_for_linux (FdiskContext *context, struct fdisk_partition *partition)
{
  struct fdisk_parttype *type = fdisk_partition_get_type (partition);
  const char *guid = type != NULL ? fdisk_parttype_get_string (type) : NULL;

  if (fdisk_is_labeltype (context, FDISK_DISKLABEL_DOS))
    return type != NULL && fdisk_parttype_get_code (type) == MBR_LINUX &&
           fdisk_partition_get_partno (partition) < MBR_PRIMARY;

  for (gsize i = 0; guid != NULL && i < G_N_ELEMENTS (linux_types); i++)
    if (g_ascii_strcasecmp (guid, linux_types[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
grow_last (FdiskContext *context, gboolean *ret_grown, GError **error)
{
  FdiskTable *found = NULL;
  g_autoptr (FdiskTable) table = NULL;
  g_autoptr (FdiskPartition) change = NULL;
  struct fdisk_partition *last;
  guint64 end, start;

  if (!check (fdisk_get_partitions (context, &found), "reading the table", error))
    return FALSE;
  table = found;
  last = find_last (table);
  if (last == NULL || !is_for_linux (context, last))
    return TRUE;
  start = fdisk_partition_get_start (last);
  end = fdisk_get_nsectors (context) * SECTOR / ALIGNMENT * ALIGNMENT - TAIL;
  if (fdisk_is_labeltype (context, FDISK_DISKLABEL_DOS))
    end = MIN (end, start * SECTOR + MBR_LARGEST);
  if (end / SECTOR <= start + fdisk_partition_get_size (last))
    {
      *ret_grown = TRUE; /* it already was */
      return TRUE;
    }
  change = fdisk_new_partition ();
  *ret_grown = check (fdisk_partition_set_size (change, end / SECTOR - start), "size", error) &&
               check (fdisk_set_partition (context, fdisk_partition_get_partno (last), change),
                      "growing", error);
  return *ret_grown;
}

gboolean
vz_partition_table_grow (int fd, gboolean *ret_grown, GError **error)
{
  g_autoptr (FdiskContext) context = fdisk_new_context ();
  gboolean ok = TRUE;

  *ret_grown = FALSE;
  fdisk_disable_dialogs (context, 1);
  if (!check (fdisk_save_user_sector_size (context, SECTOR, SECTOR), "sector size", error) ||
      !check (fdisk_assign_device_by_fd (context, fd, "disk image", 0), "opening", error))
    return FALSE;
  /* Opening has already noted that the second copy is not at the end; writing puts it there. */
  if (fdisk_has_label (context) && (fdisk_is_labeltype (context, FDISK_DISKLABEL_GPT) ||
                                    fdisk_is_labeltype (context, FDISK_DISKLABEL_DOS)))
    ok = grow_last (context, ret_grown, error) &&
         check (fdisk_write_disklabel (context), "writing", error);
  fdisk_deassign_device (context, 1);
  return ok || vz_fail_recode (error, VZ_ERROR_INVALID_DISK_IMAGE);
}
