/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "image/vz-restore-image-private.h"

#include "image/manifest/vz-image-product.h"
#include "image/vz-image-verdict.h"
#include "image/vz-mac-os-restore-image.h"

/**
 * VzRestoreImage:
 *
 * The image from which an operating system is installed: a local file, or an image that a catalog
 * describes. Immutable. Apple: `VZMacOSRestoreImage`.
 *
 * QEMU: not used before the installation boots the machine.
 *
 * Since: 0.1
 */
typedef struct {
  VzRestoreImageParts parts;
  VzImageVerdict verdict; /* refers to the manifest of parts */
} VzRestoreImagePrivate;

enum {
  PROP_URL = 1,
  PROP_PATH,
  PROP_SIZE,
  PROP_UNPACKED_SIZE,
  PROP_BUILD_VERSION,
  PROP_OPERATING_SYSTEM,
  PROP_OPERATING_SYSTEM_VERSION,
  PROP_SUPPORTED_PRODUCT_TYPES,
  PROP_IS_SUPPORTED,
  PROP_UNSUPPORTED_REASONS,
  PROP_MOST_FEATUREFUL_SUPPORTED_CONFIGURATION,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

G_DEFINE_TYPE_WITH_PRIVATE (VzRestoreImage, vz_restore_image, G_TYPE_OBJECT)

static VzRestoreImagePrivate *
get_private (VzRestoreImage *self)
{
  return vz_restore_image_get_instance_private (self);
}

static void
vz_restore_image_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  VzRestoreImage *self = VZ_RESTORE_IMAGE (object);

  switch (id)
    {
    case PROP_URL:
      g_value_set_string (value, vz_restore_image_get_url (self));
      break;
    case PROP_PATH:
      g_value_set_string (value, vz_restore_image_get_path (self));
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, vz_restore_image_get_size (self));
      break;
    case PROP_UNPACKED_SIZE:
      g_value_set_uint64 (value, vz_restore_image_get_unpacked_size (self));
      break;
    case PROP_BUILD_VERSION:
      g_value_set_string (value, vz_restore_image_get_build_version (self));
      break;
    case PROP_OPERATING_SYSTEM:
      g_value_set_string (value, vz_restore_image_get_operating_system (self));
      break;
    case PROP_OPERATING_SYSTEM_VERSION:
      g_value_set_string (value, vz_restore_image_get_operating_system_version (self));
      break;
    case PROP_SUPPORTED_PRODUCT_TYPES:
      g_value_set_boxed (value, vz_restore_image_get_supported_product_types (self));
      break;
    case PROP_IS_SUPPORTED:
      g_value_set_boolean (value, vz_restore_image_is_supported (self));
      break;
    case PROP_UNSUPPORTED_REASONS:
      g_value_set_boxed (value, vz_restore_image_get_unsupported_reasons (self));
      break;
    case PROP_MOST_FEATUREFUL_SUPPORTED_CONFIGURATION:
      g_value_set_object (value,
                          vz_restore_image_get_most_featureful_supported_configuration (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
vz_restore_image_finalize (GObject *object)
{
  VzRestoreImagePrivate *priv = get_private (VZ_RESTORE_IMAGE (object));

  vz_image_verdict_clear (&priv->verdict);
  vz_restore_image_parts_clear (&priv->parts);
  G_OBJECT_CLASS (vz_restore_image_parent_class)->finalize (object);
}

static void
install_sizes (GParamFlags flags)
{
  /**
   * VzRestoreImage:size: (getter get_size)
   *
   * The size of the file in bytes; 0 when unknown.
   */
  props[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * VzRestoreImage:unpacked-size: (getter get_unpacked_size)
   *
   * The size of its members in bytes, as unpacked by unzip; 0 when unknown.
   */
  props[PROP_UNPACKED_SIZE] =
    g_param_spec_uint64 ("unpacked-size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
}

/* Whether this host can run it, and with what configuration. */
static void
install_support (GParamFlags flags)
{
  /**
   * VzRestoreImage:supported-product-types: (getter get_supported_product_types)
   *
   * The products it can be installed on, such as `VzGeneric-x86_64` or `VirtualMac2,1`.
   */
  props[PROP_SUPPORTED_PRODUCT_TYPES] =
    g_param_spec_boxed ("supported-product-types", NULL, NULL, G_TYPE_STRV, flags);
  /**
   * VzRestoreImage:is-supported: (getter is_supported)
   *
   * Whether this host can run it.
   */
  props[PROP_IS_SUPPORTED] = g_param_spec_boolean ("is-supported", NULL, NULL, FALSE, flags);
  /**
   * VzRestoreImage:unsupported-reasons: (getter get_unsupported_reasons)
   *
   * Why this host cannot run it, one sentence for each reason; empty when it can.
   */
  props[PROP_UNSUPPORTED_REASONS] =
    g_param_spec_boxed ("unsupported-reasons", NULL, NULL, G_TYPE_STRV, flags);
  /**
   * VzRestoreImage:most-featureful-supported-configuration:
   *
   * The best configuration in the image that this host can run; %NULL when there is none.
   */
  props[PROP_MOST_FEATUREFUL_SUPPORTED_CONFIGURATION] =
    g_param_spec_object ("most-featureful-supported-configuration", NULL, NULL,
                         VZ_TYPE_CONFIGURATION_REQUIREMENTS, flags);
}

static void
vz_restore_image_class_init (VzRestoreImageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = vz_restore_image_get_property;
  object_class->finalize = vz_restore_image_finalize;

  /**
   * VzRestoreImage:url: (getter get_url)
   *
   * Where the image is, a `file:` URL for a local one.
   */
  props[PROP_URL] = g_param_spec_string ("url", NULL, NULL, NULL, flags);
  /**
   * VzRestoreImage:path: (getter get_path)
   *
   * The local file; %NULL when the image has to be fetched first.
   */
  props[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  install_sizes (flags);
  /**
   * VzRestoreImage:build-version: (getter get_build_version)
   *
   * The build, such as `24F74`.
   */
  props[PROP_BUILD_VERSION] = g_param_spec_string ("build-version", NULL, NULL, NULL, flags);
  /**
   * VzRestoreImage:operating-system: (getter get_operating_system)
   *
   * The system that it installs, such as `Debian GNU/Linux` or `macOS`.
   */
  props[PROP_OPERATING_SYSTEM] = g_param_spec_string ("operating-system", NULL, NULL, NULL, flags);
  /**
   * VzRestoreImage:operating-system-version: (getter get_operating_system_version)
   *
   * Its version, such as `12.9`.
   */
  props[PROP_OPERATING_SYSTEM_VERSION] =
    g_param_spec_string ("operating-system-version", NULL, NULL, NULL, flags);
  install_support (flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

/* Apple's manifest does not contain the system's name, but the products imply it. */
static const char *
name_system (const VzBuildManifest *manifest)
{
  if (manifest->operating_system != NULL)
    return manifest->operating_system;
  for (guint i = 0; manifest->product_types[i] != NULL; i++)
    if (vz_image_product_get_operating_system (manifest->product_types[i]) != NULL)
      return vz_image_product_get_operating_system (manifest->product_types[i]);
  return NULL;
}

static void
vz_restore_image_init (VzRestoreImage *self)
{
}

VzRestoreImage *
vz_restore_image_new (VzRestoreImageParts *parts)
{
  gboolean macos = g_strcmp0 (name_system (parts->manifest), VZ_PRODUCT_MACOS) == 0;
  VzRestoreImage *self =
    g_object_new (macos ? VZ_TYPE_MAC_OS_RESTORE_IMAGE : VZ_TYPE_RESTORE_IMAGE, NULL);
  VzRestoreImagePrivate *priv = get_private (self);

  priv->parts = *parts;
  *parts = (VzRestoreImageParts){ NULL };
  vz_image_verdict_init (&priv->verdict, priv->parts.manifest);
  return self;
}

const VzCatalogEntry *
vz_restore_image_get_entry (VzRestoreImage *self)
{
  return get_private (self)->parts.entry;
}

VzImageContainer *
vz_restore_image_get_container (VzRestoreImage *self)
{
  return get_private (self)->parts.container;
}

const VzBuildIdentity *
vz_restore_image_get_install_identity (VzRestoreImage *self)
{
  return get_private (self)->verdict.best;
}

/**
 * vz_restore_image_get_url:
 * @self: an image
 *
 * Returns: (transfer none) (nullable): where the image is
 */
const char *
vz_restore_image_get_url (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), NULL);
  return get_private (self)->parts.url;
}

/**
 * vz_restore_image_get_path:
 * @self: an image
 *
 * Returns: (transfer none) (nullable) (type filename): the local file; %NULL when the image has to
 *   be fetched first
 */
const char *
vz_restore_image_get_path (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), NULL);
  return get_private (self)->parts.path;
}

/**
 * vz_restore_image_get_size:
 * @self: an image
 *
 * Returns: the size of the file in bytes; 0 when unknown
 */
guint64
vz_restore_image_get_size (VzRestoreImage *self)
{
  VzImageContainer *container;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), 0);
  container = get_private (self)->parts.container;
  return container != NULL ? vz_image_container_get_size (container) : 0;
}

/**
 * vz_restore_image_get_unpacked_size:
 * @self: an image
 *
 * Returns: the size of its members in bytes, as unpacked by unzip, without those of `__MACOSX`.
 * Data that is packed again inside them counts as packed: Apple's `.dmg` files, and our chunks,
 * whose components' sizes #VzComponent has. 0 when unknown
 */
guint64
vz_restore_image_get_unpacked_size (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), 0);
  return get_private (self)->parts.unpacked_size;
}

/**
 * vz_restore_image_get_build_version:
 * @self: an image
 *
 * Returns: (transfer none): the build, such as `24F74`
 */
const char *
vz_restore_image_get_build_version (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), NULL);
  return get_private (self)->parts.manifest->build_version;
}

/**
 * vz_restore_image_get_operating_system:
 * @self: an image
 *
 * Returns: (transfer none) (nullable): the system that it installs, such as `Debian GNU/Linux` or
 *   `macOS`
 */
const char *
vz_restore_image_get_operating_system (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), NULL);
  return name_system (get_private (self)->parts.manifest);
}

/**
 * vz_restore_image_get_operating_system_version:
 * @self: an image
 *
 * Returns: (transfer none): its version, such as `12.9`
 */
const char *
vz_restore_image_get_operating_system_version (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), NULL);
  return get_private (self)->parts.manifest->product_version;
}

/**
 * vz_restore_image_get_supported_product_types:
 * @self: an image
 *
 * Returns: (transfer none) (array zero-terminated=1): the products it can be installed on
 */
const char *const *
vz_restore_image_get_supported_product_types (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), NULL);
  return (const char *const *) get_private (self)->parts.manifest->product_types;
}

/**
 * vz_restore_image_is_supported: (get-property is-supported)
 * @self: an image
 *
 * Returns: whether this host can run it. Apple: `isSupported`
 */
gboolean
vz_restore_image_is_supported (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), FALSE);
  return get_private (self)->verdict.best != NULL;
}

/**
 * vz_restore_image_get_unsupported_reasons:
 * @self: an image
 *
 * Returns: (transfer none) (array zero-terminated=1): why this host cannot run it, one sentence per
 *   reason; empty when it can
 */
const char *const *
vz_restore_image_get_unsupported_reasons (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), NULL);
  return (const char *const *) get_private (self)->verdict.reasons->pdata;
}

/**
 * vz_restore_image_get_most_featureful_supported_configuration:
 * @self: an image
 *
 * Finds the best of the image's configurations that this host can run: one for the host's own
 * architecture is preferred to an emulated one. Apple: `mostFeaturefulSupportedConfiguration`.
 *
 * Returns: (transfer none) (nullable): its requirements; %NULL when this host can run none
 */
VzConfigurationRequirements *
vz_restore_image_get_most_featureful_supported_configuration (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), NULL);
  return get_private (self)->verdict.configuration;
}

/**
 * vz_restore_image_list_requirements:
 * @self: an image
 *
 * Lists the requirements of all configurations for virtual machines, whether supported here or not.
 *
 * Returns: (transfer container) (element-type VzConfigurationRequirements): the requirements
 */
GPtrArray *
vz_restore_image_list_requirements (VzRestoreImage *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), list);
  g_ptr_array_extend (list, get_private (self)->verdict.requirements, (GCopyFunc) g_object_ref,
                      NULL);
  return list;
}

/**
 * vz_restore_image_list_build_identities:
 * @self: an image
 *
 * Lists everything that the image can install: one identity for each board and kind of
 * installation.
 *
 * Returns: (transfer container) (element-type VzBuildIdentity): the identities
 */
GPtrArray *
vz_restore_image_list_build_identities (VzRestoreImage *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_build_identity_unref);

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), list);
  g_ptr_array_extend (list, get_private (self)->parts.manifest->identities,
                      (GCopyFunc) vz_build_identity_ref, NULL);
  return list;
}

/**
 * vz_restore_image_list_components:
 * @self: an image
 *
 * Lists the components of all the image's identities, one identity after another.
 *
 * Returns: (transfer container) (element-type VzComponent): the components; none before a download
 */
GPtrArray *
vz_restore_image_list_components (VzRestoreImage *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_component_unref);
  GPtrArray *identities;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), list);
  identities = get_private (self)->parts.manifest->identities;
  for (guint i = 0; i < identities->len; i++)
    g_ptr_array_extend (list,
                        ((const VzBuildIdentity *) g_ptr_array_index (identities, i))->components,
                        (GCopyFunc) vz_component_ref, NULL);
  return list;
}
