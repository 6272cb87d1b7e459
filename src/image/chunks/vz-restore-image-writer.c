/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/chunks/vz-restore-image-writer.h"

#include "foundation/vz-fail.h"
#include "image/chunks/vz-chunk-archive.h"
#include "image/manifest/vz-build-manifest-format.h"
#include "image/manifest/vz-component-private.h"
#include "image/manifest/vz-image-product.h"

#include <string.h>

#define BUILD_DIGITS 12
#define GPT_RESERVE (4 * 1024 * 1024) /* both partition tables, plus alignment */

struct _VzRestoreImageWriter {
  char *path; /* owned */
  VzRestoreImageDescription description; /* strings owned */
  VzChunkArchive *archive; /* owned */
};

VzRestoreImageWriter *
vz_restore_image_writer_new (const char *path)
{
  VzRestoreImageWriter *self = g_new0 (VzRestoreImageWriter, 1);

  self->path = g_strdup (path);
  self->archive = vz_chunk_archive_new (path);
  return self;
}

static void
clear_description (VzRestoreImageDescription *description)
{
  g_free ((char *) description->operating_system);
  g_free ((char *) description->product_version);
  g_free ((char *) description->build_version);
  g_free ((char *) description->architecture);
  g_free ((char *) description->guest_settings);
  g_free ((char *) description->variant);
  memset (description, 0, sizeof *description);
}

void
vz_restore_image_writer_free (VzRestoreImageWriter *self)
{
  if (self == NULL)
    return;
  clear_description (&self->description);
  vz_chunk_archive_free (self->archive);
  g_free (self->path);
  g_free (self);
}

gboolean
vz_restore_image_writer_set_description (VzRestoreImageWriter *self,
                                         const VzRestoreImageDescription *description,
                                         GError **error)
{
  const struct {
    const char *name, *value;
  } required[] = {
    { "operating system", description->operating_system },
    { "product version", description->product_version },
    { "architecture", description->architecture },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (required); i++)
    if (required[i].value == NULL || required[i].value[0] == '\0')
      return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "the image's %s is missing",
                      required[i].name);
  if (description->minimum_cpu_count == 0 || description->minimum_memory_size == 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT,
                    "the image's minimum CPU count or memory size is missing");
  if (vz_image_product_for_architecture (description->architecture) == NULL)
    return vz_fail (error, VZ_ERROR_NOT_SUPPORTED, "there is no board for the architecture '%s'",
                    description->architecture);
  clear_description (&self->description);
  self->description = *description;
  self->description.operating_system = g_strdup (description->operating_system);
  self->description.product_version = g_strdup (description->product_version);
  self->description.build_version = g_strdup (description->build_version);
  self->description.guest_settings = g_strdup (description->guest_settings);
  self->description.architecture = g_strdup (description->architecture);
  self->description.variant =
    g_strdup (description->variant != NULL ? description->variant : VZ_VARIANT_ERASE_INSTALL);
  return TRUE;
}

void
vz_restore_image_writer_set_level (VzRestoreImageWriter *self, int level)
{
  vz_chunk_archive_set_level (self->archive, level);
}

gboolean
vz_restore_image_writer_add_component (VzRestoreImageWriter *self, const char *name,
                                       const VzComponentInfo *info, int fd, GError **error)
{
  g_autoptr (VzComponent) component = vz_component_new ();

  component->name = g_strdup (name);
  component->partition_type = info->partition_type ? g_ascii_strup (info->partition_type, -1)
                                                   : NULL;
  component->partition_uuid = info->partition_uuid ? g_ascii_strup (info->partition_uuid, -1)
                                                   : NULL;
  component->partition_name = g_strdup (info->partition_name);
  component->grow = info->grow;
  return vz_chunk_archive_add (self->archive, component, fd, error);
}

/* Identical content has the same one. */
static char *
make_build_version (GPtrArray *components)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < components->len; i++)
    {
      const VzComponent *component = components->pdata[i];
      gsize size;
      const guint8 *digests = g_bytes_get_data (component->chunk_digests, &size);

      g_checksum_update (checksum, digests, (gssize) size);
    }
  return g_strndup (g_checksum_get_string (checksum), BUILD_DIGITS);
}

static GBytes *
format_manifest (GPtrArray *components, gpointer user_data)
{
  VzRestoreImageDescription *description = user_data;

  if (description->build_version == NULL)
    description->build_version = make_build_version (components);
  return vz_build_manifest_format (description, components);
}

gboolean
vz_restore_image_writer_finish (VzRestoreImageWriter *self, VzProgress *progress,
                                GCancellable *cancellable, GError **error)
{
  VZ_ERROR_PREFIX ("writing restore image '%s'", self->path);
  GPtrArray *components = vz_chunk_archive_get_components (self->archive);
  guint64 disk = 0;

  if (self->description.architecture == NULL || components->len == 0)
    return vz_fail (error, VZ_ERROR_INVALID_ARGUMENT, "it has no description or no components");
  for (guint i = 0; i < components->len; i++)
    disk += ((VzComponent *) components->pdata[i])->size;
  /* A whole disk has its own tables. */
  if (((VzComponent *) components->pdata[0])->partition_type != NULL)
    disk += GPT_RESERVE;
  self->description.minimum_disk_size = MAX (self->description.minimum_disk_size, disk);
  return vz_chunk_archive_write (self->archive, format_manifest, &self->description, progress,
                                 cancellable, error);
}
