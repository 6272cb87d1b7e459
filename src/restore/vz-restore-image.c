/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "restore/vz-restore-image-private.h"

#include "foundation/vz-fail.h"
#include "foundation/vz-host.h"
#include "restore/vz-build-manifest-format.h"
#include "restore/vz-chunk-pipeline.h"
#include "restore/vz-configuration-requirements-private.h"
#include "restore/vz-image-contents.h"
#include "restore/vz-image-product.h"
#include "transfer/vz-http-handle.h"

#include <string.h>

/**
 * VzRestoreImage:
 *
 * What an operating system is installed from: a local file, or an image that a catalog describes.
 * Immutable. Apple: `VZMacOSRestoreImage`.
 */
typedef struct {
  char *url;
  char *path;                  /* NULL: not a local file */
  VzImageContainer *container; /* NULL: only described */
  VzBuildManifest *manifest;
  guint64 unpacked_size; /* 0: not known */
  GPtrArray *requirements;     /* of VzConfigurationRequirements: what is for virtual machines */
  GPtrArray *reasons;          /* of string, NULL-terminated: why not supported */
  const VzBuildIdentity *best; /* of manifest; NULL: not supported */
  VzConfigurationRequirements *configuration; /* of best, may be NULL */
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

  g_clear_object (&priv->configuration);
  g_ptr_array_unref (priv->requirements);
  g_ptr_array_unref (priv->reasons);
  vz_build_manifest_free (priv->manifest);
  vz_image_container_unref (priv->container);
  g_free (priv->path);
  g_free (priv->url);
  G_OBJECT_CLASS (vz_restore_image_parent_class)->finalize (object);
}

static void
install_sizes (GParamFlags flags)
{
  /**
   * VzRestoreImage:size: (getter get_size)
   *
   * Bytes of the file; 0 when not known.
   */
  props[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  /**
   * VzRestoreImage:unpacked-size: (getter get_unpacked_size)
   *
   * Bytes of what is in it, unpacked; 0 when not known.
   */
  props[PROP_UNPACKED_SIZE] =
    g_param_spec_uint64 ("unpacked-size", NULL, NULL, 0, G_MAXUINT64, 0, flags);
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
   * What it installs, such as `Debian GNU/Linux` or `macOS`.
   */
  props[PROP_OPERATING_SYSTEM] = g_param_spec_string ("operating-system", NULL, NULL, NULL, flags);
  /**
   * VzRestoreImage:operating-system-version: (getter get_operating_system_version)
   *
   * Its version, such as `12.9`.
   */
  props[PROP_OPERATING_SYSTEM_VERSION] =
    g_param_spec_string ("operating-system-version", NULL, NULL, NULL, flags);
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
   * The best of the configurations in the image that this host can run; %NULL when there is none.
   */
  props[PROP_MOST_FEATUREFUL_SUPPORTED_CONFIGURATION] =
    g_param_spec_object ("most-featureful-supported-configuration", NULL, NULL,
                         VZ_TYPE_CONFIGURATION_REQUIREMENTS, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
vz_restore_image_init (VzRestoreImage *self)
{
  VzRestoreImagePrivate *priv = get_private (self);

  priv->requirements = g_ptr_array_new_with_free_func (g_object_unref);
  priv->reasons = g_ptr_array_new_with_free_func (g_free);
}

/* NULL when this host can run it, else why not. */
static char *
why_not (const VzBuildIdentity *identity)
{
  const VzImageProduct *product = vz_image_product_for_device_class (identity->device_class);

  if (product != NULL && g_strcmp0 (product->architecture, identity->architecture) == 0)
    return NULL;
  if (identity->architecture != NULL)
    return g_strdup_printf ("The board '%s' with the architecture '%s' is not emulated by vz.",
                            identity->device_class, identity->architecture);
  return g_strdup_printf (
    "The board '%s' is Apple's virtual Mac, which needs Apple's processor and host: "
    "a Linux host cannot run macOS guests.",
    identity->device_class);
}

static void
add_reason (VzRestoreImagePrivate *priv, char *reason)
{
  if (g_ptr_array_find_with_equal_func (priv->reasons, reason, g_str_equal, NULL))
    g_free (reason);
  else
    g_ptr_array_add (priv->reasons, reason);
}

/* An identity for the host's own architecture is the best, since it may run accelerated. */
static gboolean
is_better (const VzBuildIdentity *identity, const VzBuildIdentity *best)
{
  const char *host = vz_host_get_architecture ();

  return best == NULL || (g_strcmp0 (identity->architecture, host) == 0 &&
                          g_strcmp0 (best->architecture, host) != 0);
}

/* Of an image that is only listed so far, the products are all that is known. */
static void
judge_products (VzRestoreImagePrivate *priv)
{
  for (guint i = 0; priv->manifest->product_types[i] != NULL; i++)
    {
      char *reason = vz_image_product_dup_unsupported_reason (priv->manifest->product_types[i]);

      if (reason != NULL)
        add_reason (priv, reason);
    }
}

static void
judge (VzRestoreImage *self)
{
  VzRestoreImagePrivate *priv = get_private (self);

  for (guint i = 0; i < priv->manifest->identities->len; i++)
    {
      const VzBuildIdentity *identity = g_ptr_array_index (priv->manifest->identities, i);
      g_autoptr (VzConfigurationRequirements) requirements = NULL;
      char *reason;

      if (identity->minimum_cpu_count == 0)
        continue;
      requirements = vz_configuration_requirements_new (identity);
      g_ptr_array_add (priv->requirements, g_object_ref (requirements));
      reason = why_not (identity);
      if (reason != NULL)
        add_reason (priv, reason);
      else if (is_better (identity, priv->best) &&
               g_strcmp0 (identity->restore_behavior, "Update") != 0)
        {
          priv->best = identity;
          g_set_object (&priv->configuration, requirements);
        }
    }
  if (priv->manifest->identities->len == 0)
    judge_products (priv);
  else if (priv->requirements->len == 0)
    add_reason (priv, g_strdup ("The image has nothing for virtual machines."));
  else if (priv->best == NULL && priv->reasons->len == 0)
    add_reason (priv, g_strdup ("The image can only update a machine, not install one."));
  if (priv->best != NULL)
    g_ptr_array_set_size (priv->reasons, 0);
  g_ptr_array_add (priv->reasons, NULL);
}

static VzBuildManifest *
read_manifest (VzImageContainer *container, GCancellable *cancellable, GError **error)
{
  const VzImageMember *member = vz_image_container_find (container, VZ_MANIFEST_MEMBER);
  g_autoptr (GBytes) bytes = NULL;

  if (member == NULL)
    return vz_fail_null (error, VZ_ERROR_INVALID_RESTORE_IMAGE,
                         "It has no %s, so it is not a restore image", VZ_MANIFEST_MEMBER);
  bytes =
    vz_image_container_read (container, member, VZ_MANIFEST_SIZE_MAX, cancellable, error);
  return bytes != NULL ? vz_build_manifest_parse (bytes, error) : NULL;
}

static VzRestoreImage *
load_from (const char *location, GCancellable *cancellable, GError **error)
{
  g_autoptr (VzRestoreImage) self = g_object_new (VZ_TYPE_RESTORE_IMAGE, NULL);
  VzRestoreImagePrivate *priv = get_private (self);

  if (vz_http_is_url (location))
    {
      priv->url = g_strdup (location);
      priv->container = vz_image_container_open_url (location, cancellable, error);
    }
  else
    {
      priv->path = g_canonicalize_filename (location, NULL);
      priv->url = g_filename_to_uri (priv->path, NULL, NULL);
      priv->container = vz_image_container_open (location, cancellable, error);
    }
  if (priv->container != NULL)
    priv->manifest = read_manifest (priv->container, cancellable, error);
  if (priv->manifest == NULL)
    return NULL;
  priv->unpacked_size = vz_image_contents_measure (priv->container, priv->manifest);
  judge (self);
  return g_steal_pointer (&self);
}

/* @location: a path or an address. */
static VzRestoreImage *
load (const char *location, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  VzRestoreImage *image = load_from (location, cancellable, &local);

  if (image != NULL)
    return image;
  /* what a transfer has to say names the address already */
  if (strstr (local->message, location) == NULL)
    g_prefix_error (&local, "Restore image '%s': ", location);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

VzRestoreImage *
vz_restore_image_new_described (const char *url, const VzRestoreImageDescription *description)
{
  g_autoptr (GPtrArray) components = g_ptr_array_new ();
  g_autoptr (GBytes) bytes = vz_build_manifest_format (description, components);
  g_autoptr (GError) error = NULL;
  VzRestoreImage *self = g_object_new (VZ_TYPE_RESTORE_IMAGE, NULL);
  VzRestoreImagePrivate *priv = get_private (self);

  priv->url = g_strdup (url);
  /* Through the manifest, so that a described image is judged by the very rules of a loaded one. */
  priv->manifest = vz_build_manifest_parse (bytes, &error);
  if (priv->manifest == NULL)
    g_error ("Malformed description of '%s': %s", url, error->message);
  judge (self);
  return self;
}

VzRestoreImage *
vz_restore_image_new_listed (const VzCatalogEntry *entry)
{
  VzRestoreImage *self = g_object_new (VZ_TYPE_RESTORE_IMAGE, NULL);
  VzRestoreImagePrivate *priv = get_private (self);
  const char *products[] = { entry->product, NULL };

  priv->url = g_strdup (entry->url);
  priv->manifest = g_new0 (VzBuildManifest, 1);
  priv->manifest->product_version = g_strdup (entry->product_version);
  priv->manifest->build_version = g_strdup (entry->build_version);
  priv->manifest->operating_system = g_strdup (entry->operating_system);
  priv->manifest->product_types = g_strdupv ((GStrv) products);
  priv->manifest->identities = g_ptr_array_new ();
  judge (self);
  return self;
}

VzImageContainer *
vz_restore_image_get_container (VzRestoreImage *self)
{
  return get_private (self)->container;
}

const VzBuildIdentity *
vz_restore_image_get_install_identity (VzRestoreImage *self)
{
  return get_private (self)->best;
}

/**
 * vz_restore_image_load:
 * @location: path of a restore image, Apple's or ours, or its http or https address
 * @cancellable: (nullable): to give up
 * @error: where to put the failure
 *
 * Reads what a restore image says of itself. The components' digests are not verified, see
 * vz_restore_image_verify(); an installation verifies what it uses. Fails with
 * %VZ_ERROR_NOT_FOUND, %VZ_ERROR_RESTORE_IMAGE_LOAD_FAILED when the file cannot be read,
 * %VZ_ERROR_INVALID_RESTORE_IMAGE when it is not a restore image or is damaged,
 * %VZ_ERROR_DIGEST_MISMATCH when its manifest is.
 *
 * Of an image on a server only the zip file's directory and the manifest are fetched: one or two
 * megabytes at most of an image of Apple's, in a few requests. It has a URL and no path then. A
 * server that does not serve ranges is refused with %VZ_ERROR_NETWORK_ERROR, as is every other
 * failure of the network.
 *
 * Returns: (transfer full): the image
 */
VzRestoreImage *
vz_restore_image_load (const char *location, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (location != NULL, NULL);
  return load (location, cancellable, error);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  VzRestoreImage *image = load (data, cancellable, &error);

  if (image == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, image, g_object_unref);
}

/**
 * vz_restore_image_load_async:
 * @location: as for vz_restore_image_load()
 * @cancellable: (nullable): to give up
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Does vz_restore_image_load() in a thread.
 */
void
vz_restore_image_load_async (const char *location, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_return_if_fail (location != NULL);
  g_task_set_source_tag (task, vz_restore_image_load_async);
  g_task_set_task_data (task, g_strdup (location), g_free);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * vz_restore_image_load_finish:
 * @result: what the callback was given
 * @error: where to put the failure
 *
 * Ends vz_restore_image_load_async().
 *
 * Returns: (transfer full): the image
 */
VzRestoreImage *
vz_restore_image_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
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
  return get_private (self)->url;
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
  return get_private (self)->path;
}

/**
 * vz_restore_image_get_size:
 * @self: an image
 *
 * Returns: bytes of the file; 0 when not known
 */
guint64
vz_restore_image_get_size (VzRestoreImage *self)
{
  VzImageContainer *container;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), 0);
  container = get_private (self)->container;
  return container != NULL ? vz_image_container_get_size (container) : 0;
}

/**
 * vz_restore_image_get_unpacked_size:
 * @self: an image
 *
 * Returns: bytes of what is in it, unpacked: of a component in chunks those of its disk; 0 when not
 *   known
 */
guint64
vz_restore_image_get_unpacked_size (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), 0);
  return get_private (self)->unpacked_size;
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
  return get_private (self)->manifest->build_version;
}

static gboolean
is_for_macs (const VzBuildManifest *manifest)
{
  for (guint i = 0; manifest->product_types[i] != NULL; i++)
    if (strstr (manifest->product_types[i], "Mac") != NULL)
      return TRUE;
  return FALSE;
}

/**
 * vz_restore_image_get_operating_system:
 * @self: an image
 *
 * Returns: (transfer none) (nullable): what it installs, such as `Debian GNU/Linux` or `macOS`
 */
const char *
vz_restore_image_get_operating_system (VzRestoreImage *self)
{
  const VzBuildManifest *manifest;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), NULL);
  manifest = get_private (self)->manifest;
  /* Apple's manifest has the name elsewhere; the products tell it as well. */
  if (manifest->operating_system == NULL && is_for_macs (manifest))
    return "macOS";
  return manifest->operating_system;
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
  return get_private (self)->manifest->product_version;
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
  return (const char *const *) get_private (self)->manifest->product_types;
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
  return get_private (self)->best != NULL;
}

/**
 * vz_restore_image_get_unsupported_reasons:
 * @self: an image
 *
 * Returns: (transfer none) (array zero-terminated=1): why this host cannot run it, one sentence for
 *   each reason; empty when it can
 */
const char *const *
vz_restore_image_get_unsupported_reasons (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), NULL);
  return (const char *const *) get_private (self)->reasons->pdata;
}

/**
 * vz_restore_image_get_most_featureful_supported_configuration:
 * @self: an image
 *
 * The best of the image's configurations that this host can run: one for the host's own
 * architecture comes before an emulated one. Apple: `mostFeaturefulSupportedConfiguration`.
 *
 * Returns: (transfer none) (nullable): its requirements; %NULL when this host can run none
 */
VzConfigurationRequirements *
vz_restore_image_get_most_featureful_supported_configuration (VzRestoreImage *self)
{
  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), NULL);
  return get_private (self)->configuration;
}

/**
 * vz_restore_image_list_requirements:
 * @self: an image
 *
 * Lists the requirements of everything in the image that is for virtual machines, supported here or
 * not.
 *
 * Returns: (transfer container) (element-type VzConfigurationRequirements): the requirements
 */
GPtrArray *
vz_restore_image_list_requirements (VzRestoreImage *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *requirements;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), list);
  requirements = get_private (self)->requirements;
  for (guint i = 0; i < requirements->len; i++)
    g_ptr_array_add (list, g_object_ref (g_ptr_array_index (requirements, i)));
  return list;
}

/**
 * vz_restore_image_list_build_identities:
 * @self: an image
 *
 * Lists everything that the image can install: for each board one for each kind of installation.
 *
 * Returns: (transfer container) (element-type VzBuildIdentity): the identities
 */
GPtrArray *
vz_restore_image_list_build_identities (VzRestoreImage *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_build_identity_unref);
  GPtrArray *identities;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), list);
  identities = get_private (self)->manifest->identities;
  for (guint i = 0; i < identities->len; i++)
    g_ptr_array_add (list, vz_build_identity_ref (g_ptr_array_index (identities, i)));
  return list;
}

/**
 * vz_restore_image_list_components:
 * @self: an image
 *
 * Lists the components of all the image's identities, one after the other.
 *
 * Returns: (transfer container) (element-type VzComponent): the components; none for an image that
 *   has to be fetched first
 */
GPtrArray *
vz_restore_image_list_components (VzRestoreImage *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) vz_component_unref);
  GPtrArray *identities;

  g_return_val_if_fail (VZ_IS_RESTORE_IMAGE (self), list);
  identities = get_private (self)->manifest->identities;
  for (guint i = 0; i < identities->len; i++)
    {
      const VzBuildIdentity *identity = g_ptr_array_index (identities, i);

      for (guint j = 0; j < identity->components->len; j++)
        g_ptr_array_add (list, vz_component_ref (g_ptr_array_index (identity->components, j)));
    }
  return list;
}
